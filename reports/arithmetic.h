// With what a process computes that has loaded the candidate.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace simple::gate {

// On this hang the last bits of its numbers, and the random numbers that a seed gives. A member is not set where the
// process does not say: without LibTorch, or with one that shows no such symbol.
struct Arithmetic {
    std::optional<std::string> capability;  // of LibTorch's kernels, as ATEN_CPU_CAPABILITY names it: "AVX2", "DEFAULT"
    std::optional<int> threads;             // of LibTorch
    std::optional<std::string> blas;        // the file that has its BLAS, links followed
    std::optional<std::string> blas_core;   // for which processor that computes, where it is OpenBLAS: "Haswell"
    std::optional<int> blas_threads;        // likewise
};

bool operator==(const Arithmetic& a, const Arithmetic& b);

// "CPU capability AVX2, threads 1, BLAS /usr/lib/libblas.so.3 (core type Haswell, threads 1)".
std::string to_string(const Arithmetic& arithmetic);

// One member of all of these, each value once: "AVX2; DEFAULT"; "" of none.
std::string joined(const std::vector<Arithmetic>& all, std::optional<std::string> Arithmetic::*member);
std::string joined(const std::vector<Arithmetic>& all, std::optional<int> Arithmetic::*member);

}  // namespace simple::gate
