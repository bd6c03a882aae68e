#include "bench/calls/loaded_libtorch.h"

#include <link.h>

#include <cstdlib>
#include <cstring>

namespace simple::bench {

std::string version_of(const Backend& backend) {
    char* text = backend.version ? backend.version() : nullptr;
    std::string version = text ? text : "";
    std::free(text);
    return version;
}

int copies_of_libtorch() {
    int copies = 0;
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* count) {
            if (std::strstr(info->dlpi_name, "libtorch_cpu.so")) ++*static_cast<int*>(count);
            return 0;
        },
        &copies);
    return copies;
}

}  // namespace simple::bench
