#include "ci/faults/planted_together.h"

#include <cstdint>
#include <map>
#include <set>
#include <sstream>
#include <stdexcept>

#include "ci/faults/form_faults.h"
#include "ci/faults/group_faults.h"
#include "ci/faults/trivial.h"

namespace simple {
namespace {

// What a backend and its surface are made of, by name.
using Parts = std::map<std::string, const void*>;

Parts parts_of(const Backend& backend) {
    Parts parts;
    for (size_t i = 0; i < kFunctionCount; ++i)
        parts[std::string(functions()[i].name)] = backend.address(functions()[i].id);
    const Surface& between = surface();
    parts["(handles in)"] = reinterpret_cast<const void*>(between.inward);
    parts["(handles out)"] = reinterpret_cast<const void*>(between.outward);
    parts["(handles freed)"] = reinterpret_cast<const void*>(between.freed);
    parts["(upper bits)"] = reinterpret_cast<const void*>(between.upper_bits);
    return parts;
}

std::vector<std::string> plant(const PlantedFault& fault, Backend& to) {
    const Parts before = parts_of(to);
    fault.plant(to);
    const Parts after = parts_of(to);
    std::vector<std::string> changed;
    for (const auto& [name, what] : before)
        if (after.at(name) != what) changed.push_back(name);
    return changed;
}

}  // namespace

// A fault may put one function of the correct backend in another's place: there, each is to be told from the others.
std::vector<std::string> changes_of(const PlantedFault& fault) {
    const Backend backend = inner();
    const Surface between = surface();
    uintptr_t number = 1;
    inner() = make_backend("", [&](const char*) { return reinterpret_cast<void*>(number++); });
    Backend changed = inner();
    const auto changes = plant(fault, changed);
    inner() = backend;
    surface() = between;
    return changes;
}

namespace {

// "trivial.zeros.add", "group.16 bytes left.add"
template <typename Kind>
bool plant_in_any(Backend& to, const std::string& id, const std::string& family, const std::vector<Kind>& kinds,
                  void (*plant_kind)(Backend&, Fn, Kind)) {
    for (const Kind kind : kinds) {
        const std::string begin = family + planted::to_string(kind) + '.';
        if (id.compare(0, begin.size(), begin) != 0) continue;
        const Function* row = find_function(id.substr(begin.size()));
        if (row) plant_kind(to, row->id, kind);
        return row;
    }
    return false;
}

// "trivial.zeros.*": in every function.
bool plant_in_all(Backend& to, const std::string& id) {
    for (const planted::Trivial kind : planted::all_trivial()) {
        if (id != std::string("trivial.") + planted::to_string(kind) + ".*") continue;
        for (size_t i = 0; i < kFunctionCount; ++i) planted::plant_trivial(to, functions()[i].id, kind);
        return true;
    }
    return false;
}

}  // namespace

void plant_together(Backend& to, const std::string& ids) {
    const auto faults = planted_faults();
    std::set<std::string> taken;
    if (plant_in_all(to, ids) || plant_in_any(to, ids, "trivial.", planted::all_trivial(), planted::plant_trivial) ||
        plant_in_any(to, ids, "group.", planted::all_group_faults(), planted::plant_group_fault) ||
        planted::plant_form_fault(ids))
        return;
    std::istringstream names(ids);
    for (std::string id; std::getline(names, id, '+');) {
        const PlantedFault* fault = find_planted_fault(faults, id);
        if (!fault) throw std::runtime_error("no fault is called " + id);
        for (const auto& part : plant(*fault, to))
            if (!taken.insert(part).second)
                throw std::runtime_error(id + " changes " + part + ", as another of " + ids + " does");
    }
}

}  // namespace simple
