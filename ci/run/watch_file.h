// The file in which a suite's process tells what it calls (ci/testkit/call_watch.h), and other temporary files.
#pragma once

#include <string>

#include "ci/testkit/call_watch.h"

namespace simple::gate {

// A new file with this text, which whoever asks for it removes. Throws std::system_error.
std::string write_temporary_file(const std::string& text);

class WatchFile {
  public:
    WatchFile();  // throws std::system_error
    WatchFile(const WatchFile&) = delete;
    WatchFile& operator=(const WatchFile&) = delete;
    ~WatchFile();

    const std::string& path() const { return path_; }
    CallWatch* operator->() const { return watch_; }

  private:
    std::string path_;
    CallWatch* watch_;
};

}  // namespace simple::gate
