// What LibTorch makes for the whole process in the first call that needs it, and exit destroys: behind it run the
// handlers that were registered before that call, and their calls would read what is gone.
#pragma once

namespace simple::torch_backend {

enum class Part {
    devices,      // CUDA's hooks, which batch_norm asks too
    random,       // the generator
    seed,         // the hooks of other devices, whose generators are seeded too
    gelu,         // oneDNN's lists of implementations, as for convolutions
    convolution,  // and the engine of the graph, which keeps the arguments
    backward,     // and the hooks of other devices
    count
};

// Whether exit has destroyed it. Else, where this is the first use: exit is to note it, behind what comes first of the
// destructors that are registered from now on. std::bad_alloc where there is no memory to note that.
bool has_ended(Part part);

// A Fault of code 100 where exit has destroyed it.
void demand(Part part);

}  // namespace simple::torch_backend
