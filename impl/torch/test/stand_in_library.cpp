// A library that puts handlers back as libsimple_torch_ffi does, over the stand-in for LibTorch.
#include "impl/abi/rt_torch.h"
#include "impl/torch/signals.h"

extern "C" void* needs_ucs();

[[gnu::constructor(101)]] static void at_load() { simple::put_back_handlers_of_dependencies("libstand_in_torch.so"); }

bool rt_torch_available() { return needs_ucs() != nullptr; }
