// The planted faults as ci/faults lists them (fault_list --json): a proxy library over a correct backend with one thing
// wrong, chosen by the environment.
#pragma once

#include <string>
#include <vector>

#include "ci/steps/settings.h"

namespace simple::gate {

struct Planted {
    std::string id;
    std::string function;              // a case of it must fail; "" for what concerns the whole library
    std::string what;                  // one line for people
    std::string kind;                  // values, shapes, errors, ...
    std::vector<std::string> suites;   // where it must be caught: suites, or steps whose checks are the gate's own
    std::string promise;               // the promise that it breaks; may be ""
    std::string defect;                // D01 … D21 where it is one of the known defects
    bool correct = false;              // different, and right: nothing may catch it
    std::string library;               // a library of its own in place of the proxy; "" for the proxy
    bool in_stub = false;              // the proxy, or that library, is the stub beside a sound candidate
    std::vector<std::string> changes;  // functions that the proxy replaces; in parentheses what concerns them all
    std::string other_function;        // of two faults at a time: the second's
};

// Throws std::runtime_error where the list cannot be had or read.
std::vector<Planted> read_planted(const Settings& settings);
std::vector<Planted> parse_planted(const std::string& json);

// A planted slowdown, which a time must betray, and which needs the machine to itself.
bool is_slowdown(const Planted& planted);

// Environment of a process that loads the proxy: entries NAME=value. An empty id plants nothing.
std::vector<std::string> environment_of(const std::string& id, const std::string& inner);

}  // namespace simple::gate
