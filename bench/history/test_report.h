// Reports and runs for tests.
#pragma once

#include <filesystem>
#include <stdexcept>

#include "bench/history/run.h"

namespace simple::history {

inline nlohmann::json report_of(double ratio, const std::string& decision = "pass") {
    const nlohmann::json samples{{"ratio", {ratio, ratio}},
                                 {"null", {1.001, 1.001}},
                                 {"noise", {0.004, 0.004}},
                                 {"baseline_ns", {500.5, 500.5}},
                                 {"candidate_ns", {500.5 * ratio, 500.5 * ratio}}};
    const nlohmann::json row{{"name", "add/smallest"}, {"function", "add"}, {"size", "smallest"}, {"operands", "4x4"},
                             {"decision", decision},   {"message", ""},     {"ratio", ratio},     {"low", ratio - 0.01},
                             {"high", ratio + 0.01},   {"p_value", 0.5},    {"screened", samples}};
    const nlohmann::json absent{{"name", "svd/smallest"},     {"function", "svd"},
                                {"size", "smallest"},         {"operands", "4x4"},
                                {"decision", "not measured"}, {"message", "absent: baseline"}};
    return {{"format", "compare 1.0"},
            {"version", "1.13.0+cpu"},
            {"not_comparable", ""},
            {"nulls_off", nlohmann::json::array()},
            {"rows", {row, absent}}};
}

inline Run run_of(double ratio, const std::string& at = "2026-11-29T10:00:00Z") {
    return {at, "0123456789abcdef", "add: faster", "v1", "this machine", report_of(ratio)};
}

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string path = (std::filesystem::temp_directory_path() / "perf_history.XXXXXX").string();
        if (!mkdtemp(path.data())) throw std::runtime_error("no folder can be made in " + path);
        path_ = path;
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace simple::history
