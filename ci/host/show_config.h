// What LibTorch says of its build and the kernels that it takes: at::show_config of a LibTorch with either of
// libstdc++'s two strings, asked by its symbol.
#pragma once

#include <string>

namespace simple {

// std::string from before GCC 5: one pointer, returned in memory.
struct OldString {
    const char* text = nullptr;
    ~OldString() {}
};

// address_of(symbol) is where it is, or null; "" where both are null. The text is not freed: an agent is linked with a
// C++ runtime of its own, the program may replace operator new.
template <typename AddressOf>
std::string show_config(AddressOf&& address_of) {
    if (const auto show = reinterpret_cast<std::string (*)()>(address_of("_ZN2at11show_configB5cxx11Ev")))
        return *new std::string(show());
    if (const auto show = reinterpret_cast<OldString (*)()>(address_of("_ZN2at11show_configEv"))) return show().text;
    return "";
}

}  // namespace simple
