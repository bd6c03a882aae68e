// A backend as the suites see it: a struct with one typed pointer a function, filled from a shared library or from what
// the caller finds.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "impl/abi/function_table.h"
#include "impl/abi/rt_torch.h"

namespace simple {

struct Backend {
#define RT_FUNCTION(name, symbol, set, category, result, c_result, c_params, ...) c_result(*name) c_params = nullptr;
#include "impl/abi/functions.def"
#undef RT_FUNCTION

    std::string path;                  // what was loaded; "" for the running program
    std::vector<std::string> missing;  // symbols of the table that were not found

    // Whether the function was found; of a missing one the pointer is null.
    bool has(Fn fn) const;
    // Whether every function of the set was found.
    bool has_all(Set set) const;
    // The pointer as an address, for reports.
    void* address(Fn fn) const;
};

// Loads the library at path with RTLD_NOW | RTLD_LOCAL and looks every function up. Throws std::runtime_error with the
// loader's reason when it cannot be loaded. The library stays loaded for the life of the process: a backend's threads
// and thread-local destructors must not lose their code.
Backend load_backend(const std::string& path);

// The functions that address_of finds, by symbol.
Backend make_backend(std::string path, const std::function<void*(const char* symbol)>& address_of);

}  // namespace simple
