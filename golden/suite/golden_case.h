// One recorded case: a call, what it must give, and how closely.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "impl/abi/function_table.h"

namespace simple::golden {

using Json = nlohmann::json;

// How far a value may be from the expected one: ulp where not negative, else |got - want| <= atol + rtol * |want|.
struct Tolerance {
    double ulp = 0;
    double rtol = 0, atol = 0;
    bool signed_zero = false;  // -0 and 0 differ
    std::string text() const;
};

struct GoldenCase {
    std::string id;
    Fn fn;
    std::vector<std::string> promises;
    bool quick = false;
    Json args;
    Json expect;          // null where an error is due
    int32_t error = 0;    // the code
    std::string message;  // what the error's text must hold
    std::map<size_t, Json> after;
    Json gradients;  // null, or "weights" of the results in the sum that backward starts from and the gradients "of" it
    Json tolerance;  // null: the table's row
};

// Rows by function and dtype ("f32", "f64"); int64 results are exact.
class Tolerances {
  public:
    explicit Tolerances(const Json& table) : table_(table) {}
    Tolerance of(const GoldenCase& c, const std::string& dtype) const;
    Tolerance of_gradients(const std::string& dtype) const;

  private:
    Json table_;
};

// Reads FOLDER/tolerances.json and FOLDER/cases/*.json. Throws std::runtime_error naming the file at fault.
struct GoldenFiles {
    std::vector<GoldenCase> cases;
    Tolerances tolerances;
};
GoldenFiles read_golden(const std::string& folder);

}  // namespace simple::golden
