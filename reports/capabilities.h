// What a candidate can do, as a run saw it: function by dtype by device by promise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reports/verdict.h"

namespace simple::gate {

inline constexpr const char* kContractDTypes[] = {"float32", "float64", "int64"};

enum class Support {
    present,   // calls succeeded in cases that passed, and no case says otherwise
    missing,   // no symbol; or no call succeeded, and some ended with the code of what is not supported
    failing,   // a case of it did not pass
    not_tried  // no case called it so
};

std::string_view to_string(Support support);

// What cases show. Of a call only success, and the codes 4 (dtype) and 8 (not supported here), say anything about what
// there is: others are about the arguments.
struct Evidence {
    size_t worked = 0;                             // passed, and a call succeeded
    size_t refused = 0;                            // no call succeeded, and some ended with 4 or 8
    size_t refused_wrongly = 0;                    // of these, did not pass
    size_t failed = 0;                             // did not pass otherwise
    std::string worked_in, refused_in, failed_in;  // the first case of each kind

    Support support() const;
};

struct Capability {
    std::string function;  // short name; "" for the whole library
    std::string dtype;     // "" of a function without tensors, and where it is not known
    std::string device;    // "cpu", "cuda"
    bool has_symbol = true;
    std::map<int32_t, int64_t> codes;  // how many calls ended with which
    Evidence cases;
    std::map<std::string, Evidence> promises;

    Support support() const { return has_symbol ? cases.support() : Support::missing; }
};

// Every function of the table, in its order, with each dtype of the contract where it takes tensors; the whole library
// last. A case that did not pass and does not say with what its function was called counts against all of the
// function's rows. What is timed is none of this.
std::vector<Capability> capabilities_of(const Verdict& verdict);

}  // namespace simple::gate

namespace simple::reports {

// The statement: capabilities.schema.json describes it.
std::string to_capabilities_json(const gate::Verdict& verdict);

}  // namespace simple::reports
