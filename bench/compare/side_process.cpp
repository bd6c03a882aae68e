#include "bench/compare/side_process.h"

#include <fmt/format.h>
#include <link.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "bench/calls/block.h"
#include "bench/calls/fresh_pages.h"
#include "bench/calls/loaded_libtorch.h"
#include "bench/compare/layouts.h"
#include "bench/compare/machine.h"
#include "bench/compare/sampler.h"

namespace simple::bench {
namespace {

using Json = nlohmann::ordered_json;

// Where the other end is gone nothing is written: that nothing comes back tells more.
void write_line(int to, const Json& line) {
    const std::string text = line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
    for (size_t done = 0; done < text.size();) {
        const ssize_t n = send(to, text.data() + done, text.size() - done, MSG_NOSIGNAL);
        if (n < 0 && errno != EINTR) return;
        if (n > 0) done += static_cast<size_t>(n);
    }
}

std::optional<Json> read_line(std::FILE* from) {
    char* text = nullptr;
    size_t size = 0;
    const ssize_t length = getline(&text, &size, from);
    std::optional<Json> line;
    if (length > 0) line = Json::parse(text, text + length);
    std::free(text);
    return line;
}

// In the order in which they were loaded.
std::vector<std::string> loaded_files() {
    std::vector<std::string> files;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* to) {
            if (info->dlpi_name[0] == '/') static_cast<std::vector<std::string>*>(to)->push_back(info->dlpi_name);
            return 0;
        },
        &files);
    return files;
}

bool same_file(const std::string& a, const std::string& b) {
    std::error_code ignored;
    return std::filesystem::equivalent(a, b, ignored);
}

// The side's end of the conversation.
class Served {
  public:
    explicit Served(const std::string& library) {
        const std::vector<std::string> before = loaded_files();
        backend_ = load_on_fresh_pages(library, compare::needs_of_copy(library));
        for (const std::string& file : loaded_files())
            if (std::find(before.begin(), before.end(), file) == before.end() && !same_file(file, library))
                came_with_it_.push_back(file);
        if (backend_.set_num_threads) backend_.set_num_threads(1);
    }

    Json facts() const {
        return {{"version", version_of(backend_)},
                {"libtorch", file_of_libtorch()},
                {"came_with_it", came_with_it_},
                {"machine", compare::machine()},
                {"control", makes_all_operands(backend_)}};
    }

    Json answer_to(const Json& question) {
        if (question.contains("floor")) return {{"ns", bench::floor_ns(backend_)}};
        if (question.contains("block")) {
            const int calls = question["block"];
            bench::block_ns(*side_, calls);
            return {{"ns", bench::block_ns(*side_, calls)}};
        }
        side_.reset();
        // Which ones there are stays the same for a whole sample.
        if (calls_.empty()) calls_ = compared_calls(question.at("control"));
        for (const ComparedCall& compared : calls_)
            if (compared.name() == question.at("prepare")) return prepare(compared);
        return {{"failed", "there is no such call"}};
    }

  private:
    Json prepare(const ComparedCall& compared) {
        if (!has(backend_, compared)) return {{"absent", true}};
        std::mt19937 random(std::random_device{}());
        holes_.emplace(random);
        side_ = abi_side(backend_, compared.call, compared.fails);
        return {{"calls", calls_in_block(*side_)}};
    }

    Backend backend_;
    std::vector<std::string> came_with_it_;
    std::vector<ComparedCall> calls_;
    std::optional<Perturbed> holes_;
    std::unique_ptr<Side> side_;
};

[[noreturn]] void serve(int socket, std::FILE* questions, const std::string& library) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    try {
        Served served(library);
        write_line(socket, served.facts());
        while (const auto question = read_line(questions)) {
            Json answer;
            try {
                answer = served.answer_to(*question);
            } catch (const std::exception& error) {
                answer = {{"failed", error.what()}};
            }
            write_line(socket, answer);
        }
    } catch (const std::exception& error) {
        write_line(socket, {{"failed", error.what()}});
    }
    // Neither the library's end nor that of this program's other half is a part of any time.
    _exit(0);
}

double ns_of(const Json& answer) {
    if (answer.contains("failed")) throw std::runtime_error(answer["failed"]);
    return answer.at("ns");
}

}  // namespace

SideProcess::SideProcess(const char* name, const std::string& library) : name_(name) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        throw std::runtime_error(fmt::format("socketpair: {}", std::strerror(errno)));
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error(fmt::format("fork: {}", std::strerror(errno)));
    socket_ = ends[pid_ == 0];
    close(ends[pid_ != 0]);
    lines_ = fdopen(socket_, "r");
    if (pid_ == 0) serve(socket_, lines_, library);
}

SideProcess::~SideProcess() {
    std::fclose(lines_);
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
}

const Json& SideProcess::facts() {
    if (facts_.is_null()) {
        facts_ = next_answer();
        if (facts_.contains("failed")) throw std::runtime_error(facts_["failed"]);
    }
    return facts_;
}

Json SideProcess::prepare(const ComparedCall& compared, bool control) {
    return answer_to({{"prepare", compared.name()}, {"control", control}});
}

double SideProcess::floor_ns() { return ns_of(answer_to({{"floor", true}})); }

double SideProcess::block_ns(int calls) { return ns_of(answer_to({{"block", calls}})); }

Json SideProcess::answer_to(const Json& question) {
    write_line(socket_, question);
    return next_answer();
}

Json SideProcess::next_answer() {
    if (auto answer = read_line(lines_)) return *answer;
    int status = 0;
    waitpid(pid_, &status, 0);
    if (WIFSIGNALED(status))
        throw SideEnded{fmt::format("the {}'s process ended with signal {}", name_, WTERMSIG(status)),
                        WTERMSIG(status)};
    throw SideEnded{fmt::format("the {}'s process ended with exit code {}", name_, WEXITSTATUS(status))};
}

}  // namespace simple::bench
