#include "impl/torch/cpuinfo.h"

#include <ATen/Version.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <new>
#include <string>

namespace simple::torch_backend {
namespace {

bool readable(const char* path) {
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    char first;
    const bool any = read(file, &first, 1) == 1;
    close(file);
    return any;
}

bool is_of_cpuinfo(const std::string& line) {
    return line.find("Error in cpuinfo: ") == 0 || line.find("Warning in cpuinfo: ") == 0;
}

// What is written to stderr goes into memory; at its end what is not cpuinfo's is written after all.
class StderrAside {
  public:
    StderrAside() {
        memory_ = memfd_create("stderr", MFD_CLOEXEC);
        stderr_ = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
        if (memory_ >= 0 && stderr_ >= 0) dup2(memory_, STDERR_FILENO);
    }
    ~StderrAside() {
        if (memory_ >= 0 && stderr_ >= 0) {
            dup2(stderr_, STDERR_FILENO);
            pass_on();
        }
        if (memory_ >= 0) close(memory_);
        if (stderr_ >= 0) close(stderr_);
    }
    StderrAside(const StderrAside&) = delete;
    StderrAside& operator=(const StderrAside&) = delete;

  private:
    void pass_on() const try {
        lseek(memory_, 0, SEEK_SET);
        std::string line;
        for (char c; read(memory_, &c, 1) == 1;) {
            line += c;
            if (c == '\n') write_unless_cpuinfo(line);
        }
        write_unless_cpuinfo(line);
    } catch (const std::bad_alloc&) {
        // What is left of it is lost, and no call fails for that.
    }
    static void write_unless_cpuinfo(std::string& line) {
        if (!is_of_cpuinfo(line)) static_cast<void>(!write(STDERR_FILENO, line.data(), line.size()));
        line.clear();
    }

    int memory_, stderr_;
};

}  // namespace

void look_at_processor() {
    if (readable("/proc/cpuinfo")) return;
    const StderrAside aside;
    at::show_config();  // among other things, which kernels
}

}  // namespace simple::torch_backend
