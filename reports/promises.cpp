#include "reports/promises.h"

namespace simple::gate {

const std::vector<Promise>& promises() {
    static const std::vector<Promise> all{
        {"T1", "result arrays hold the right tags; an empty one is not NULL and has room for one"},
        {"T2", "argument arrays: NULL is empty, numbers of either tag are taken, anything else is code 2"},
        {"T3", "needs no host, prints nothing, leaves signal handlers, locale and floating-point mode alone"},
        {"E1", "no exception, abort, exit, signal or endless loop crosses the boundary"},
        {"E2", "a failed call returns its sentinel, changes no tensor and leaks nothing"},
        {"E3", "error codes 1 to 9 and 100 mean what the contract says"},
        {"E4", "with several faults the first counts: handles, device, arrays, dims, dtypes, sizes, values, memory"},
        {"E5", "every call sets the calling thread's code, 0 on success; reading it leaves it"},
        {"E6", "a message names the function, the argument and the values at fault"},
        {"E7", "a result over 2^46 bytes is code 7 before anything is allocated"},
        {"H1", "every handle returned is a new reference, freed once; free(0) succeeds"},
        {"H2", "a freed, forged or wrong-kind handle is code 1, always"},
        {"H3", "live counts are exact, over all threads"},
        {"H4", "any function may be called from any thread at the same time"},
        {"H5", "after a fork the child may call every function"},
        {"H6", "requires_grad is each handle's own"},
        {"H7", "views share storage with their argument where PyTorch's do; other results are contiguous"},
        {"G1", "no_grad nests per thread; an unbalanced end is code 9"},
        {"G2", "grad gives 0 with code 0 where there is none; gradients accumulate"},
        {"G3", "backward over a used graph is code 2 where it is noticed"},
        {"G4", "every differentiable function passes gradients to every floating argument"},
        {"V1", "float32 by default, float64 from data, promotion to the highest dtype of the call"},
        {"V2", "what int64 gives, function by function"},
        {"V3", "index arguments may be int64 or hold whole numbers in floats"},
        {"V4", "everything else is PyTorch's semantics with its defaults"},
        {"V5", "the contract's choice where LibTorch's versions differ"},
        {"V6", "svd and eig: the reduced U, the real parts; 6 for what is not finite"},
        {"V7", "2-D parameters take one or two numbers, empty is the default; optional tensors may be 0"},
        {"V8", "manual_seed makes randn, rand and dropout repeat"},
        {"V9", "a result that its type holds is not lost to an intermediate"},
        {"C1", "version and abi_version"},
        {"C2", "without CUDA its functions are code 8, the memory figures 0"},
        {"C3", "with CUDA: one device a call, ordered streams"},
        {"C4", "outcomes that do not exist are known"},
        {"S1", "the stub says that it is one"},
        {"S2", "the stub tracks everything that needs no element values"},
        {"S3", "the stub's elements are zeros"},
        {"S4", "the stub differs only where values decide"},
        {"L1", "rt_dlopen, rt_dlsym, rt_dlclose and rt_dlerror"},
        {"L2", "a dyncall form equals its core function, doubles as bits"},
    };
    return all;
}

const std::vector<Promise>& known_defects() {
    static const std::vector<Promise> all{
        {"D01", "known defect: add of [2,3] and [4] throws"},
        {"D02", "known defect: zeros([-1]) throws"},
        {"D03", "known defect: t() of 3-D throws"},
        {"D04", "known defect: inverse of zeros throws"},
        {"D05", "known defect: slice step 0 throws"},
        {"D06", "known defect: arange step 0 throws"},
        {"D07", "known defect: dropout p 1.5 throws"},
        {"D08", "known defect: cuda on a CPU build throws"},
        {"D09", "known defect: an unknown or freed handle ends the process"},
        {"D10", "known defect: set_requires_grad or zero_grad on an unknown handle leaves a phantom tensor"},
        {"D11", "known defect: linear, batch_norm, layer_norm refuse bias 0"},
        {"D12", "known defect: from_data reads past short data"},
        {"D13", "known defect: INT elements are read as raw doubles"},
        {"D14", "known defect: a crash under 8 threads"},
        {"D15", "known defect: matmul of from_data with randn fails"},
        {"D16", "known defect: no way to make an index tensor"},
        {"D17", "known defect: argmax(-1) reduces everything and drops keepdim"},
        {"D18", "known defect: view copies"},
        {"D19", "known defect: contiguous() shares requires_grad"},
        {"D20", "known defect: no_grad does not nest"},
        {"D21", "known defect: unknown streams are idle and sync silently"},
    };
    return all;
}

std::string_view promise_text(std::string_view id) {
    for (const auto* list : {&promises(), &known_defects()})
        for (const auto& promise : *list)
            if (promise.id == id) return promise.text;
    return "";
}

}  // namespace simple::gate
