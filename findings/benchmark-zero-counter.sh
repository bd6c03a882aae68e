#!/bin/bash
# Google Benchmark 1.7.1 (Debian: libbenchmark-dev 1.7.1-1) and two readers of JSON: nlohmann-json 3.11.2 (Debian:
# nlohmann-json3-dev 3.11.2-2) and Python's json
# Expected: --benchmark_format=json writes JSON.
# Seen: a counter that is 0 in every repetition, say of leaks, has a coefficient of variation 0 / 0, which is written as NaN:
#     not JSON. nlohmann-json refuses the whole file, Python's json accepts it. The program ends with 0.
# Means: the better the measured library (0 leaks, 0 failures), the sooner the report cannot be read. Whoever gates on such a
#     file must treat a file that does not parse as a failure of the gate; whoever writes counters reports 1 + n, or no counter.
source "$(dirname "$0")/common.sh"
debian libbenchmark-dev=1.7.1-1 libbenchmark1debian=1.7.1-1 nlohmann-json3-dev=3.11.2-2
need g++ python3
cat >"$work/measured.cpp" <<'END'
#include <benchmark/benchmark.h>
static void call(benchmark::State& state) {
    for (auto _ : state) {}
    state.counters["leaks"] = 0;
}
BENCHMARK(call)->Repetitions(3)->Iterations(10);
BENCHMARK_MAIN();
END
cat >"$work/reader.cpp" <<'END'
#include <iostream>
#include <nlohmann/json.hpp>
int main() try {
    auto report = nlohmann::json::parse(std::cin);
    std::cout << "accepts it\n";
} catch (const nlohmann::json::parse_error& error) { std::cout << "refuses it, error " << error.id << "\n"; }
END
lib=$(echo "$work"/debian/usr/lib/*-linux-gnu*)
attempt g++ -std=c++17 -I "$work/debian/usr/include" -L "$lib" -o "$work/measured" "$work/measured.cpp" -lbenchmark -pthread
attempt g++ -std=c++17 -I "$work/debian/usr/include" -o "$work/reader" "$work/reader.cpp"
finding() {
    local status=0
    LD_LIBRARY_PATH=$lib "$work/measured" --benchmark_format=json >"$work/report.json" 2>"$work/log" || status=$?
    echo "the program ends with $status and writes $(grep -o '"leaks": NaN' "$work/report.json")"
    echo "nlohmann-json $("$work/reader" <"$work/report.json")"
    python3 -c 'import json, sys; json.load(sys.stdin); print("Python accepts it")' <"$work/report.json"
}
finding | behaves 3<<'END'
the program ends with 0 and writes "leaks": NaN
nlohmann-json refuses it, error 101
Python accepts it
END
