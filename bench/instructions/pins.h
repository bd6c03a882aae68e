// What the choice of code variants is pinned to while instructions are counted: the driver sets these in the
// environment, and the target asks the libraries whether they took them.
#pragma once

#include <string_view>

namespace simple::bench {

struct Pin {
    std::string_view variable;
    std::string_view value;
};

// Everything that SSE2 alone, or SSE4.2 where there is nothing older, can do. Valgrind offers AVX2 at most, and that
// only where the machine has it.
inline constexpr Pin kPins[] = {
    // glibc's memcpy and its like: the SSE2 variants without rep movsb. Names that a glibc does not know it ignores.
    {"GLIBC_TUNABLES",
     "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-AVX512VL,-AVX512BW,-ERMS,-FSRM,-SSSE3,-SSE4_1,-SSE4_2,-MOVBE,-RTM,"
     "-Fast_Unaligned_Copy,-AVX_Fast_Unaligned_Load"},
    {"ATEN_CPU_CAPABILITY", "default"},
    {"ONEDNN_MAX_CPU_ISA", "SSE41"},
    {"DNNL_MAX_CPU_ISA", "SSE41"},  // its name before oneDNN 2.5
    {"OPENBLAS_CORETYPE", "Nehalem"},
    {"MKL_CBWR", "COMPATIBLE"},
    {"OMP_NUM_THREADS", "1"},
    {"OPENBLAS_NUM_THREADS", "1"},
    {"MKL_NUM_THREADS", "1"},
};

// What the process takes the machine to have (target/processors.cpp): what a library does for each processor it does so
// often on all machines. No usual machine has three, so a pin that does not hold is seen anywhere.
inline constexpr int kProcessors = 3;

// As the libraries name what they took.
inline constexpr std::string_view kAtenCapability = "DEFAULT";    // at::show_config
inline constexpr std::string_view kAtenCapabilityOld = "NO AVX";  // the same until LibTorch 2.0
inline constexpr int kOneDnnIsa = 1;                              // dnnl_cpu_isa_sse41
inline constexpr std::string_view kOpenBlasCore = "Nehalem";

}  // namespace simple::bench
