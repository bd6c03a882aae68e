#include "reports/claims.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <utility>

#include "impl/abi/function_table.h"
#include "reports/capabilities.h"
#include "reports/file_text.h"
#include "reports/json_text.h"
#include "reports/promises.h"

namespace simple::gate {
namespace {

using Json = nlohmann::json;

// PyTorch's others, which no function of the contract makes.
const std::set<std::string> kOtherDTypes{"bfloat16", "bool",   "complex128", "complex32",     "complex64",
                                         "float16",  "int16",  "int32",      "int8",          "uint16",
                                         "uint32",   "uint64", "uint8",      "float8_e4m3fn", "float8_e5m2"};

bool is_of_contract(const std::string& dtype) {
    return std::find(std::begin(kContractDTypes), std::end(kContractDTypes), dtype) != std::end(kContractDTypes);
}

void demand(bool known, const char* what, const std::string& word) {
    if (!known) throw std::runtime_error(fmt::format("no {} is named {}", what, word));
}

Claim claim_from(const Json& row, bool given_back) {
    Claim claim;
    for (const auto& [key, value] : row.items()) {
        std::string* const member = key == "function"  ? &claim.function
                                    : key == "dtype"   ? &claim.dtype
                                    : key == "device"  ? &claim.device
                                    : key == "promise" ? &claim.promise
                                                       : nullptr;
        if (member)
            value.get_to(*member);
        else if (key != "state" && !given_back)
            throw std::runtime_error(fmt::format("a claim has no member {}", key));
    }
    const std::string state = row.at("state");
    demand(state == "present" || state == "missing", "state of a claim", state);
    claim.present = state == "present";
    demand(claim.function.empty() || find_function(claim.function), "function", claim.function);
    if (!claim.function.empty()) claim.function = find_function(claim.function)->name;
    demand(claim.dtype.empty() || is_of_contract(claim.dtype) || kOtherDTypes.count(claim.dtype) > 0, "dtype",
           claim.dtype);
    demand(claim.device.empty() || claim.device == "cpu" || claim.device == "cuda", "device", claim.device);
    demand(claim.promise.empty() || !promise_text(claim.promise).empty(), "promise", claim.promise);
    return claim;
}

bool is_about(const Claim& claim, const Capability& row) {
    if (row.function.empty() || (!claim.function.empty() && claim.function != row.function)) return false;
    if (!row.has_symbol) return true;  // of no dtype, and nowhere
    return (claim.dtype.empty() || claim.dtype == row.dtype) && (claim.device.empty() || claim.device == row.device);
}

// What the rows that a claim is about show together.
struct Shown {
    size_t present = 0, missing = 0, absent = 0, failing = 0;
    std::string present_in, failing_in, refused_in;
    std::set<int32_t> codes;         // that refusals ended with
    std::set<int32_t> beside_codes;  // that failures ended with
};

Shown shown_to(const Claim& claim, const std::vector<Capability>& rows) {
    Shown shown;
    for (const auto& row : rows) {
        if (!is_about(claim, row)) continue;
        if (!row.has_symbol) {
            ++shown.absent;
            continue;
        }
        Evidence evidence = row.cases;
        if (!claim.promise.empty()) {
            const auto found = row.promises.find(claim.promise);
            if (found == row.promises.end()) continue;
            evidence = found->second;
        }
        switch (evidence.support()) {
            case Support::present:
                if (shown.present++ == 0) shown.present_in = evidence.worked_in;
                break;
            case Support::missing:
                if (shown.missing++ == 0) shown.refused_in = evidence.refused_in;
                for (const auto& [code, n] : row.codes)
                    if (code == 4 || code == 8) shown.codes.insert(code);
                break;
            case Support::failing:
                if (shown.failing++ == 0)
                    shown.failing_in = evidence.failed_in.empty() ? evidence.refused_in : evidence.failed_in;
                for (const auto& [code, n] : row.codes)
                    if (code != 0) shown.beside_codes.insert(code);
                break;
            case Support::not_tried: break;
        }
    }
    return shown;
}

// Why it does not hold; "" where it does.
std::string against_present(const Shown& shown) {
    if (shown.failing > 0) return fmt::format("it does not pass, as in {}", shown.failing_in);
    if (shown.present > 0) return "";
    if (shown.missing > 0)
        return fmt::format("every call is refused with code {}, as in {}", fmt::join(shown.codes, " or "),
                           shown.refused_in);
    return "it has no symbol";
}

// Of a dtype the code is 4, of a function or a device 8 (E3). Where a function refuses a dtype by contract, that says
// nothing of the function.
std::string against_missing(const Claim& claim, const Shown& shown) {
    const char* due = claim.dtype.empty() ? "8" : "4 or 8";
    if (shown.present > 0) return fmt::format("it works, as in {}", shown.present_in);
    if (shown.failing > 0)
        return fmt::format(
            "what is missing refuses with code {}, and this ends with {}, as in {}", due,
            shown.beside_codes.empty() ? "no code" : fmt::format("{}", fmt::join(shown.beside_codes, ", ")),
            shown.failing_in);
    if (!claim.dtype.empty() || shown.absent > 0 || shown.codes.count(8) > 0) return "";
    return fmt::format("it refuses with code {}, and code {} is what says that it is missing, as in {}",
                       fmt::join(shown.codes, " or "), due, shown.refused_in);
}

std::string or_any(const std::string& word) { return word.empty() ? "any" : word; }

CaseResult judge(const Claim& claim, const std::vector<Capability>& rows, bool selection) {
    CaseResult c;
    c.step = "suite";
    c.suite = kClaimsSuite;
    c.id = claim.id();
    c.function = claim.function;
    c.promises = claim.promise.empty() ? std::vector<std::string>{"E3"} : std::vector<std::string>{claim.promise};
    const Shown shown = shown_to(claim, rows);
    const bool tried = shown.present + shown.missing + shown.absent + shown.failing > 0;
    // No function of the contract makes such a tensor.
    const bool beyond = !claim.dtype.empty() && !is_of_contract(claim.dtype);
    const char* said = claim.present ? "present" : "missing";
    if (beyond && !claim.present) {
        c.status = Status::pass;
    } else if (!tried || beyond) {
        c.status = selection && !beyond ? Status::skipped : Status::error;
        c.capability = selection && !beyond ? "not tried" : "";
        c.message = fmt::format(
            "claimed to be {}, and not tried: {}", said,
            beyond ? "no function of the contract makes a tensor of this dtype" : "no case of this run called it so");
    } else {
        const std::string why = claim.present ? against_present(shown) : against_missing(claim, shown);
        c.status = why.empty() ? Status::pass : Status::fail;
        if (!why.empty()) c.message = fmt::format("claimed to be {}: {}", said, why);
    }
    return c;
}

}  // namespace

std::string Claim::id() const {
    std::string text =
        fmt::format("{}/{}/{}/{}", present ? "present" : "missing", or_any(function), or_any(dtype), or_any(device));
    return promise.empty() ? text : text + "/" + promise;
}

std::vector<Claim> read_claims(const std::string& path) {
    const std::string text = text_of_file(path);
    std::vector<Claim> claims;
    try {
        const Json json = Json::parse(text);
        const std::string format = json.at("format");
        const bool given_back = format == "capabilities 1.0";
        if (!given_back && format != "claims 1.0") throw std::runtime_error("its format is " + format);
        std::set<std::string> ids;
        for (const auto& row : json.at(given_back ? "capabilities" : "claims")) {
            // What failed there, or was not tried, is no claim; nor is what concerns the whole library.
            const std::string state = row.at("state");
            if (given_back && ((state != "present" && state != "missing") || row.at("function") == "")) continue;
            claims.push_back(claim_from(row, given_back));
            if (!ids.insert(claims.back().id()).second)
                throw std::runtime_error(fmt::format("{} is claimed twice", claims.back().id()));
        }
        if (claims.empty()) throw std::runtime_error("it claims nothing");
    } catch (const std::exception& e) {
        throw std::runtime_error(fmt::format("{} is no file of claims: {}", path, json_problem(e)));
    }
    return claims;
}

std::vector<CaseResult> judge_claims(const std::vector<Claim>& claims, const Verdict& verdict) {
    const auto rows = capabilities_of(verdict);
    std::vector<CaseResult> results;
    for (const auto& claim : claims) results.push_back(judge(claim, rows, verdict.run.selection));
    return results;
}

}  // namespace simple::gate
