#include "ci/faults/self_test/matrix.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

namespace simple::gate {

namespace fs = std::filesystem;
using Json = nlohmann::json;

Matrix::Matrix(const Settings& settings, std::string file) : file_(std::move(file)) {
    const fs::path lib = fs::path(settings.bin).parent_path() / "lib";
    for (const auto& path :
         {lib / "libsimple_faults.so", lib / "libsimulated_cuda.so", fs::path(settings.candidate),
          fs::path(settings.stub), fs::path(settings.bin) / "golden_suite", fs::path(settings.bin) / "property_suite",
          fs::path(settings.bin) / "differential_suite"}) {
        std::error_code ignored;
        build_ += fmt::format("{};", fs::last_write_time(path, ignored).time_since_epoch().count());
    }
}

std::map<std::string, CatchResult> Matrix::read() const {
    std::map<std::string, CatchResult> known;
    std::ifstream in(file_);
    for (std::string line; std::getline(in, line);) {
        const Json row = Json::parse(line, nullptr, false);
        if (!row.is_object() || row.value("build", "") != build_) continue;
        CatchResult result;
        result.fault = row.at("fault");
        result.outcome = static_cast<Catch>(row.at("outcome").get<int>());
        row.at("by").get_to(result.by);
        row.at("ran").get_to(result.ran);
        row.at("message").get_to(result.message);
        row.at("seconds").get_to(result.seconds);
        known[result.fault] = std::move(result);
    }
    return known;
}

void Matrix::append(const CatchResult& result) const {
    std::ofstream(file_, std::ios::app)
        << Json{{"build", build_},          {"fault", result.fault}, {"outcome", static_cast<int>(result.outcome)},
                {"by", result.by},          {"ran", result.ran},     {"message", result.message},
                {"seconds", result.seconds}}
               .dump(-1, ' ', false, Json::error_handler_t::replace)
        << "\n";
}

}  // namespace simple::gate
