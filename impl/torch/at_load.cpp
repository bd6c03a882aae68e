// What is done when the library is loaded, after its dependencies.
#include "impl/torch/signals.h"

namespace {

[[gnu::constructor]] void at_load() {
    static const char here = 0;
    simple::put_back_handlers_of_dependencies("libtorch_cpu.so", &here);
}

}  // namespace
