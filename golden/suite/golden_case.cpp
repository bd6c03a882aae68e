#include "golden/suite/golden_case.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace simple::golden {
namespace {

Json read_json(const std::filesystem::path& path) {
    std::ifstream in(path);
    if (!in) throw std::runtime_error("cannot read " + path.string());
    try {
        return Json::parse(in);
    } catch (const Json::exception& e) {
        throw std::runtime_error(path.string() + ": " + e.what());
    }
}

GoldenCase read_case(Fn fn, const Json& json) {
    GoldenCase c;
    c.id = json.at("id");
    c.fn = fn;
    c.promises = json.at("promises").get<std::vector<std::string>>();
    c.quick = json.value("quick", false);
    c.args = json.at("args");
    c.expect = json.value("expect", Json());
    c.error = json.value("error", 0);
    c.message = json.value("message", "");
    if (json.contains("after"))
        for (const auto& [position, values] : json["after"].items()) c.after[std::stoul(position)] = values;
    c.gradients = json.value("gradients", Json());
    c.tolerance = json.value("tolerance", Json());
    if (c.expect.is_null() == (c.error == 0)) throw std::runtime_error(c.id + " expects not exactly one outcome");
    return c;
}

Tolerance read_tolerance(const Json& row) {
    Tolerance t;
    t.ulp = row.value("ulp", row.contains("rtol") ? -1.0 : 0.0);
    t.rtol = row.value("rtol", 0.0);
    t.atol = row.value("atol", 0.0);
    t.signed_zero = row.value("signed_zero", false);
    return t;
}

}  // namespace

std::string Tolerance::text() const {
    if (ulp >= 0) return Json(ulp).dump() + " ULP" + (signed_zero ? ", -0 is not 0" : "");
    return "atol " + Json(atol).dump() + " + rtol " + Json(rtol).dump();
}

Tolerance Tolerances::of_gradients(const std::string& dtype) const {
    return read_tolerance(table_.at("gradients").at(dtype));
}

Tolerance Tolerances::of(const GoldenCase& c, const std::string& dtype) const {
    if (!c.tolerance.is_null()) return read_tolerance(c.tolerance);
    if (dtype == "i64") return {};
    const std::string name(function(c.fn).name);
    if (!table_.contains(name) || !table_[name].contains(dtype))
        throw std::runtime_error("tolerances.json has no limit for " + name + " in " + dtype);
    return read_tolerance(table_[name][dtype]);
}

GoldenFiles read_golden(const std::string& folder) {
    GoldenFiles files{{}, Tolerances(read_json(folder + "/tolerances.json"))};
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder + "/cases")) paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
        const Json json = read_json(path);
        const std::string name = json.at("function");
        const Function* row = find_function(name);
        if (!row) throw std::runtime_error(path.string() + ": no function is named " + name);
        for (const Json& one : json.at("cases")) files.cases.push_back(read_case(row->id, one));
    }
    return files;
}

}  // namespace simple::golden
