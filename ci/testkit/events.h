// What a suite tells its supervisor (--events-fd): JSON objects, one a line, each written at once, so that a crash
// loses nothing that went before.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace simple {

class Events {
  public:
    explicit Events(int fd);  // negative: nobody asks

    bool wanted() const { return fd_ >= 0; }
    void write(const nlohmann::json& event) const;
    // Tells what stands before from what comes, on the stream that stdout and stderr share under a supervisor.
    void mark_output(const std::string& mark) const;

  private:
    int fd_;
};

}  // namespace simple
