"""What holds for every function: a bad handle in each place is code 1; plus the functions without tensors."""
import tomllib
from pathlib import Path

from .core import FORGED, NEGATIVE, NOTHING, Raw, STALE, Tensor, ZERO_HANDLE
from .data import positive, sequence

FUNCTIONS = Path(__file__).resolve().parents[2] / "impl/abi/functions.toml"


def table():
    return tomllib.loads(FUNCTIONS.read_text())["function"]


def plain(kind, role, name):
    if kind.startswith("[tensor]"):
        return [Tensor(sequence((2, 2), "f32"))]
    if kind.startswith("["):
        return {"kernel_size": [1], "normalized_shape": [2]}.get(name, [])
    return {"i64": 1, "i32": 0, "f64": 0.5, "bool": False, "stream": 0}[kind] if role != "dim" else 0


def bad_handles(cases):
    for row in table():
        params = [p.replace(":", "").split() for p in row["params"]]
        for position, (name, kind, _) in enumerate(params):
            if kind not in ("tensor", "tensor?", "stream"):
                continue
            bad = {"stale": STALE, "forged": FORGED, "negative": NEGATIVE}
            if kind == "tensor" and row["name"] != "free" or row["name"] in ("stream_sync", "stream_query"):
                bad["zero"] = ZERO_HANDLE
            if kind == "stream":
                bad["tensor"] = Tensor(sequence((2,), "f32"))
            for label, handle in bad.items():
                args = [handle if i == position else (Tensor(positive((2, 2), "f32")) if k in ("tensor",) else Raw({"handle": "none"}) if k == "tensor?" else plain(k, r, n))
                        for i, (n, k, r) in enumerate(params)]
                if row["name"] == "to_stream" and kind == "stream":
                    continue  # without CUDA the device counts first
                cases.error(row["name"], f"{label}-{name}", args, 1, name, ["H2", "E1"], quick=label == "stale")


def without_tensors(cases):
    x = Tensor(sequence((2, 3), "f32"))
    cases.value("cuda_available", "cpu-build", [], False, ["C2"], quick=True)
    for name in ("cuda_memory_allocated", "cuda_max_memory_allocated"):
        for device in (0, 1, -1, 2 ** 31 - 1):
            cases.value(name, f"device-{device}", [device], 0, ["C2", "C4"], quick=device == 0)
    cases.value("cuda_empty_cache", "nothing-to-do", [], NOTHING, ["C2"], quick=True)
    cases.value("abi_version", "1.0", [], 1000, ["C1"], quick=True)
    cases.value("live_streams", "none", [], 0, ["H3"], quick=True)
    cases.value("last_error_code", "none", [], 0, ["E5"], quick=True)
    cases.value("last_error_message", "none", [], Raw(""), ["E5"], quick=True)
    cases.value("clear_error", "none", [], NOTHING, ["E5"], quick=True)
    for name in ("free", "stream_free"):
        cases.value(name, "none", [0], NOTHING, ["H1"], quick=True)
    for device in (0, 7, -1):
        cases.error("cuda", f"device-{device}", [x, device], 8, "", ["C2"], quick=device == 0)
        cases.error("to_stream", f"device-{device}", [x, device, 0], 8, "", ["C2", "E4"], quick=device == 0)
        cases.error("stream_create", f"device-{device}", [device], 8, "", ["C2"], quick=device == 0)
    for seed in (0, 1, -1, 2 ** 63 - 1, -(2 ** 63)):
        cases.value("manual_seed", f"seed-{seed}", [seed], NOTHING, ["V8"], quick=seed == 0)
    cases.value("set_num_threads", "one", [1], NOTHING, quick=True)
    for bad in (0, -1, -(2 ** 63)):
        cases.error("set_num_threads", f"{bad}", [bad], 2, "n", quick=bad == 0)
    for flag in (False, True):
        cases.value("set_requires_grad", f"f32-{flag}", [x, flag], NOTHING, ["H6"], quick=True)
    ints = Tensor(sequence((3,), "i64"))
    cases.error("set_requires_grad", "int64", [ints, True], 4, "int64", quick=True)
    cases.value("set_requires_grad", "int64-false", [ints, False], NOTHING)
    cases.value("zero_grad", "no-gradient", [x], NOTHING, ["G2"], quick=True)
    cases.error("backward", "requires-no-grad", [Tensor(sequence((), "f32"))], 2, "grad", quick=True)
    cases.error("backward", "requires-no-grad-before-size", [x], 2, "grad", ["E4"])
    for label, shape in {"six": (2, 3), "none": (0,)}.items():
        leaf = Tensor(sequence(shape, "f32"), requires_grad=True)
        cases.error("backward", f"elements-{label}", [leaf], 3, "", quick=label == "six")
    cases.error("no_grad_end", "unbalanced", [], 9, "", ["G1"], quick=True)


def make(cases):
    bad_handles(cases)
    without_tensors(cases)
