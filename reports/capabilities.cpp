#include "reports/capabilities.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "impl/abi/function_table.h"
#include "reports/claims.h"

namespace simple::gate {
namespace {

using Key = std::tuple<std::string, std::string, std::string>;  // function, dtype, device

Key key_of(const Capability& c) { return {c.function, c.dtype, c.device}; }

// A time, and what is claimed, are not what a candidate can do.
bool counts(const CaseResult& c) {
    return c.status != Status::skipped && c.status != Status::inconclusive && c.step != "performance" &&
           c.suite != kClaimsSuite && c.id.rfind("latency/", 0) != 0;
}

bool passed(const CaseResult& c) { return c.status == Status::pass || c.status == Status::unexpected_pass; }

void count(size_t& n, std::string& first, const CaseResult& c) {
    if (n++ == 0) first = c.name();
}

void add(Evidence& evidence, const CaseResult& c, const Calls& calls) {
    const auto ended = [&](int32_t code) { return calls.codes.count(code) > 0; };
    const bool refused = !ended(0) && (ended(4) || ended(8));
    if (refused) {
        count(evidence.refused, evidence.refused_in, c);
        evidence.refused_wrongly += !passed(c);
    } else if (!passed(c)) {
        count(evidence.failed, evidence.failed_in, c);
    } else if (ended(0)) {
        count(evidence.worked, evidence.worked_in, c);
    }
}

void add(Capability& row, const CaseResult& c, const Calls& calls) {
    for (const auto& [code, n] : calls.codes) row.codes[code] += n;
    add(row.cases, c, calls);
    for (const auto& promise : c.promises) add(row.promises[promise], c, calls);
}

class Table {
  public:
    explicit Table(const Verdict& verdict) : device_(verdict.run.device == "cpu" ? "cpu" : "cuda") {
        std::set<std::string> missing;
        for (const auto& set : verdict.sets) missing.insert(set.missing.begin(), set.missing.end());
        for (size_t i = 0; i < kFunctionCount; ++i) {
            const Function& function = functions()[i];
            const bool has_symbol = missing.count(std::string(function.symbol)) == 0;
            const std::string device = can_succeed(function.id) ? device_ : "cuda";
            Capability row;
            row.function = function.name;
            row.device = device;
            row.has_symbol = has_symbol;
            rank_[row.function] = i;
            if (!has_symbol || !takes_tensors(function)) {
                rows_[key_of(row)] = row;
                continue;
            }
            for (const char* dtype : kContractDTypes) {
                row.dtype = dtype;
                rows_[key_of(row)] = row;
            }
        }
    }

    Capability& row(const std::string& function, const std::string& dtype, const std::string& device) {
        Capability& row = rows_[{function, dtype, device}];
        row.function = function;
        row.dtype = dtype;
        row.device = device;
        return row;
    }

    Capability& whole_library() { return row("", "", device_); }

    std::vector<Capability> rows() const {
        // A function without tensor arguments has a row of no dtype till one is seen.
        std::set<std::string> seen;
        for (const auto& [key, row] : rows_)
            if (!row.dtype.empty()) seen.insert(row.function);
        std::vector<Capability> all;
        for (const auto& [key, row] : rows_) {
            const bool untried = row.codes.empty() && row.cases.support() == Support::not_tried;
            if (row.has_symbol && row.dtype.empty() && untried && seen.count(row.function) > 0) continue;
            all.push_back(row);
        }
        std::stable_sort(all.begin(), all.end(), [&](const Capability& a, const Capability& b) {
            return place_of(a.function) < place_of(b.function);
        });
        return all;
    }

    // Of a case that does not say with what its function was called.
    void add_to_all(const CaseResult& c) {
        bool any = false;
        for (auto& [key, row] : rows_) {
            if (row.function != c.function) continue;
            any = true;
            add(row, c, {});
        }
        if (!any) add(row(c.function, "", device_), c, {});
    }

  private:
    size_t place_of(const std::string& function) const {
        const auto found = rank_.find(function);
        return found == rank_.end() ? kFunctionCount : found->second;
    }

    std::string device_;
    std::map<Key, Capability> rows_;
    std::map<std::string, size_t> rank_;
};

}  // namespace

std::string_view to_string(Support support) {
    switch (support) {
        case Support::present: return "present";
        case Support::missing: return "missing";
        case Support::failing: return "failing";
        case Support::not_tried: return "not tried";
    }
    return "not tried";
}

Support Evidence::support() const {
    if (failed > 0 || (worked > 0 && refused_wrongly > 0)) return Support::failing;
    return worked > 0 ? Support::present : refused > 0 ? Support::missing : Support::not_tried;
}

std::vector<Capability> capabilities_of(const Verdict& verdict) {
    Table table(verdict);
    // What was called with is known first, so that what is not known counts against all of it.
    for (const auto& c : verdict.cases)
        if (counts(c))
            for (const auto& calls : c.calls) add(table.row(c.function, calls.dtype, calls.device), c, calls);
    for (const auto& c : verdict.cases) {
        if (!counts(c)) continue;
        if (c.function.empty()) {
            Calls said;
            if (passed(c)) said.codes[0] = 1;
            add(table.whole_library(), c, said);
            table.whole_library().codes.clear();
        } else if (c.calls.empty() && !passed(c)) {
            table.add_to_all(c);
        }
    }
    return table.rows();
}

}  // namespace simple::gate
