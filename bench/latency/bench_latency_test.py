#!/usr/bin/env python3
"""bench_latency_test.py BIN LIB: every function is registered, in every integration, and each figure is there."""
import json
import subprocess
import sys
import unittest
from pathlib import Path

BIN, LIB = Path(sys.argv.pop(1)), Path(sys.argv.pop(1))
FFI, STUB = LIB / "libsimple_torch_ffi.so", LIB / "libsimple_torch_stub.so"


def run(program, *options, env=None):
    return subprocess.run([BIN / program, *options], capture_output=True, text=True, timeout=120, env=env)


def listed(program, *options, env=None):
    ran = run(program, *options, "--benchmark_list_tests", env=env)
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.split())


def timed(program, *options, filter, env=None):
    ran = run(program, *options, f"--benchmark_filter={filter}", "--benchmark_min_time=0.01", "--benchmark_format=json", env=env)
    assert ran.returncode == 0, ran.stderr
    rows = {row["name"]: row for row in json.loads(ran.stdout)["benchmarks"]}
    assert rows and not any(row.get("error_occurred") for row in rows.values()), rows
    return rows


class BenchLatency(unittest.TestCase):
    def test_every_function_at_each_size_and_its_error(self):
        names = {name.split("/")[0] for name in listed("bench_latency", "--backend", STUB)}
        self.assertLessEqual({"add", "softmax", "conv2d", "backward", "to_data", "free", "no_grad_begin", "stream_create"}, names)
        self.assertGreaterEqual(len(names), 125)
        own = {n for n in listed("bench_latency", "--backend", FFI) if n.startswith("gather/")}
        self.assertEqual(own, {f"gather/{what}/manual_time/threads:{n}" for what in ("smallest", "realistic", "error") for n in (1, 2)})

    def test_figures_of_a_call(self):
        for backend in (FFI, STUB):
            rows = timed("bench_latency", "--backend", backend, filter="^(add|from_data)/")
            self.assertEqual(len(rows), 12)
            for row in rows.values():
                self.assertGreater(row["p50_ns"], 0)
                self.assertGreaterEqual(row["p99_ns"], row["p50_ns"])

    def test_memory_and_first_call(self):
        rows = timed("bench_latency", "--backend", FFI, filter="memory|first-call")
        memory = rows["memory/handles/iterations:1"]
        # A LibTorch tensor is some 300 bytes with its storage, and its element 64.
        self.assertTrue(100 < memory["bytes_a_handle"] < 5000, memory)
        self.assertGreater(memory["peak_MiB"], 50)
        self.assertGreater(rows["first-call/iterations:5/manual_time"]["real_time"], 0)

    def test_each_integration_option(self):
        for program, options, env in [("bench_latency", ["--backend", FFI, "--rt-dlopen"], None), ("bench_latency.static", [], None),
                                      ("bench_latency.dynamic", [], None),
                                      ("bench_latency.loaded", [], {"RT_TORCH_LIBRARY": str(FFI)})]:
            rows = timed(program, *options, filter="^add/smallest/manual_time/threads:1$", env=env)
            self.assertEqual(len(rows), 1, program)
        forms = timed("bench_latency", "--backend", LIB / "libsimple_torch_ffi_dyncall.so", filter="^forms/")
        self.assertEqual(set(forms), {"forms/zeros_2d", "forms/view_1d", "forms/add_scalar_bits"})

    def test_what_cannot_be_timed_is_said(self):
        self.assertEqual(run("bench_latency", "--backend", "nowhere.so").returncode, 64)
        ran = run("bench_latency")
        self.assertEqual(ran.returncode, 2)
        self.assertIn("--backend", ran.stderr)


if __name__ == "__main__":
    unittest.main()
