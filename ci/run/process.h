// A program under supervision: in a process group of its own, its output and its events read through pipes.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace simple::gate {

// A word NAME=value as env(1) takes them; a path has its first slash before any equals sign.
bool is_assignment(const std::string& word);

// How a process ended.
struct Ending {
    int exit_code = -1;  // -1 when a signal ended it
    int signal = 0;
    bool stopped = false;  // by that signal; it was then killed

    bool clean() const { return exit_code == 0; }
    std::string describe() const;  // "ended by SIGSEGV", "stopped by SIGSTOP", "exited with status 3"
};

class Process {
  public:
    static constexpr int kEventsFd = 3;  // where the program finds its event stream

    static constexpr int kControlFd = 4;  // where a program that is told what to do reads it, and answers

    // Starts argv[0]; words NAME=value before it are its environment's. The program dies with this process, dumps no
    // core and computes on one thread unless the environment says otherwise. Throws std::system_error where no process
    // can be made.
    // What stands behind kForAgent the suite inside is told by its environment (ci/run/launched.h).
    explicit Process(const std::vector<std::string>& argv, bool with_control = false);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process();  // kills what is left

    int events_fd() const { return events_; }
    int output_fd() const { return output_; }
    int control_fd() const { return control_; }  // -1 without
    pid_t pid() const { return pid_; }

    // Both take what is there without waiting; false at the end of the stream.
    bool read_events(std::string& to) { return read_some(events_, to); }
    bool read_output(std::string& to) { return read_some(output_, to); }

    bool ended(Ending& ending);  // without waiting; once it has ended, all that it left behind is killed
    void kill();                 // it, and its whole group

    // Names what was left behind and killed since the last call, wherever it went; of what has ended.
    std::vector<std::string> take_leftovers();

  private:
    static bool read_some(int fd, std::string& to);

    std::string mark_;
    std::string claim_;  // a file, of what is launched
    pid_t pid_ = -1;
    bool reaped_ = false;
    Ending ending_;
    int events_ = -1;
    int output_ = -1;
    int control_ = -1;
};

constexpr size_t kMostEvents = 32 << 20;  // that run_to_end takes; the longest list of cases has 1 MiB

// A program run to its end.
struct Ran {
    Ending ending;
    bool timed_out = false;
    bool too_long = false;  // its events; they were cut, and it was killed
    bool early = false;     // of a PreparedRun: it went on, or ended, without being told to go on
    std::string events;
    std::string output;  // its last 16 KiB of stdout and stderr
    std::vector<std::string> left_behind;
};
Ran run_to_end(const std::vector<std::string>& argv, double limit_seconds);

// The program's file, by PATH; "" where it is on none of its folders.
std::string in_path(const std::string& program);

// Set by SIGINT, SIGTERM and SIGHUP once catch_signals() was called: everything stops, and the report is written.
void catch_signals();
bool interrupted();

}  // namespace simple::gate
