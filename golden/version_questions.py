"""What golden/versions asks of one PyTorch, run in the Python that has it: prints version and answers as JSON.

LibTorch's own answers, without this project's library. One thread, except where threads are the question."""
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import warnings

import torch
import torch.nn.functional as F  # noqa: N812

warnings.simplefilter("ignore")
INF, NAN = float("inf"), float("nan")
MANY = 20_000_000  # more ones than 2^24, where float32 stops counting by ones


WITHOUT_PROC = """
import re, torch
capability = re.search("CPU capability usage: (.*)", torch.__config__.show())[1].replace("NO AVX", "DEFAULT")
print(capability, repr(torch.randn(16, generator=torch.Generator().manual_seed(0))[15].item()))
"""
SIGNALS = """
import signal
def handled():
    masks = [int(line.split()[1], 16) for line in open("/proc/self/status") if line.startswith(("SigIgn", "SigCgt"))]
    return {s.name: [mask >> s.value - 1 & 1 for mask in masks] for s in signal.Signals}
before = handled()
import torch
print(*(name for name, how in handled().items() if how != before[name]))
"""


def words(value):
    """An answer as text; of a failure the exception's type, since its message differs between builds."""
    if callable(value):
        try:
            value = value()
        except Exception as error:
            return type(error).__name__
    if isinstance(value, torch.Tensor):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(words(v) for v in value) + "]"
    return f"{value:.7g}" if isinstance(value, float) else str(value)


def off(value, truth):
    percent = 100 * (float(value) / truth - 1)
    return f"{percent:+.2g} %" if abs(percent) > 1e-3 else "right"


def gradient(function, value):
    x = torch.tensor(value, requires_grad=True)
    function(x).sum().backward()
    return x.grad


def running_mean(shape):
    mean = torch.zeros(1)
    F.batch_norm(torch.ones(shape), mean, torch.ones(1), training=True, momentum=1.0)
    return mean


def running_variance_of_one_value():
    variance = torch.ones(1)
    torch.batch_norm(torch.ones(1, 1), None, None, torch.zeros(1), variance, True, 0.1, 1e-5, False)
    return variance


def repeated(function):
    """The gradient of a row that is taken MANY times."""
    weight = torch.zeros(2, 1, requires_grad=True)
    function(torch.zeros(MANY, dtype=torch.int64), weight).backward(torch.ones(MANY, 1))
    return off(weight.grad[0, 0], MANY)


def unequal(function):
    """Of 300 times 17 equal numbers, whether some gave results that are not all equal."""
    draws = torch.rand(300, generator=torch.Generator().manual_seed(0)) * 8 - 4
    return any(function(draw.repeat(17)).unique().numel() > 1 for draw in draws)


def view_and_copy(function):
    view = torch.randn(2048, 2, generator=torch.Generator().manual_seed(0))[:, 0]
    return torch.equal(function(view), function(view.contiguous()))


def parts_and_whole(function, parts):
    """Whether values differ in some bit between a part computed alone and within the whole."""
    whole = function(parts)
    alone = torch.cat([function(part) for part in parts.split(1)])
    return "none" if torch.equal(whole, alone) else "some"


def threads_after_setting(new):
    """set_num_threads(3), a thread computes, set_num_threads(1): how many that thread has, or a new one."""
    torch.set_num_threads(3)
    with concurrent.futures.ThreadPoolExecutor(1) as old:
        old.submit(lambda: torch.ones(100_000).sum()).result()
        torch.set_num_threads(1)
        with concurrent.futures.ThreadPoolExecutor(1) as other:
            return (other if new else old).submit(torch.get_num_threads).result()


def in_a_process(program, *before):
    """What a program prints in a process of its own, and on stderr."""
    return subprocess.run([*before, sys.executable, "-c", program], capture_output=True, text=True, check=True)


def threads_on_one_processor():
    first = str(min(os.sched_getaffinity(0)))
    return in_a_process("import torch; print(torch.get_num_threads())", "taskset", "-c", first).stdout.strip()


def without_proc():
    """As in a sandbox that has no /proc; this takes root."""
    ran = in_a_process(WITHOUT_PROC, "unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh")
    capability, sixteenth = ran.stdout.split()
    same = float(sixteenth) == torch.randn(16, generator=torch.Generator().manual_seed(0))[15].item()
    return f"{capability}, {'the same' if same else 'another'} 16th `randn`, {len(ran.stderr.splitlines())} line on stderr"


def signals_changed():
    return in_a_process(SIGNALS).stdout.strip() or "none"


def source():
    """The version that was asked, and what its arithmetic depends on."""
    package = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", "python3-torch"], capture_output=True, text=True)
    debian = torch.__file__.startswith("/usr/lib/python3/") and package.returncode == 0
    capability = re.search("CPU capability usage: (.*)", torch.__config__.show())
    return {"version": package.stdout if debian else torch.__version__, "from": "Debian" if debian else "PyPI",
            "capability": capability[1] if capability else "?", "processors": len(os.sched_getaffinity(0))}


def flushed():
    torch.set_num_threads(2)
    x = torch.full((200_000,), 1e-40)
    x * 1  # starts the second thread
    torch.set_flush_denormal(True)
    zero = int(((x * 1) == 0).sum())
    torch.set_flush_denormal(False)
    torch.set_num_threads(1)
    return f"{zero} of {len(x)}"


def same_stream(one, other):
    return torch.equal(torch.randn(100, generator=torch.Generator().manual_seed(one)),
                       torch.randn(100, generator=torch.Generator().manual_seed(other)))


started_with = torch.get_num_threads()
torch.set_num_threads(1)
TENTH = torch.tensor(0.1).item()
ones, tenths = torch.ones(1, 1, 5000, 4000), torch.full((10**7,), 0.1)
drawn = torch.randn(200, 300, generator=torch.Generator().manual_seed(0))
images, kernels = torch.randn(8, 3, 14, 14), torch.randn(8, 3, 3, 3)
infinite = torch.tensor([-INF, -0.0])

QUESTIONS = {
    # errors, conversions
    "`gelu` of int64": lambda: F.gelu(torch.ones(2, dtype=torch.int64)),
    "`cat` of an empty list": lambda: torch.cat([]),
    "`cat` of two tensors of shape [0] at dim 1, the shape": lambda: list(torch.cat([torch.empty(0), torch.empty(0)], 1).shape),
    "`batch_norm` in evaluation with a running mean and no variance": lambda: torch.batch_norm(
        torch.ones(2, 1), None, None, torch.zeros(1), None, False, 0.1, 1e-5, False),
    "`gather` with an int32 index": lambda: torch.tensor([5.0, 6.0]).gather(0, torch.tensor([1], dtype=torch.int32)),
    "`nll_loss` of a 1-D input with a target of shape [1]": lambda: F.nll_loss(torch.tensor([-1.0, -2.0]), torch.tensor([1])),
    "`linalg.inv` of [[0, NaN], [0, 1]]": lambda: torch.linalg.inv(torch.tensor([[0.0, NAN], [0.0, 1.0]])),
    # values of a few elements
    "`layer_norm` of [1e6, 1e6 + 1, 1e6 + 2, 1e6 + 3], the last value (1.341635)":
        lambda: F.layer_norm(torch.arange(4.0) + 1e6, (4,))[3],
    "`layer_norm` of four 1e7 + 1 (0)": lambda: F.layer_norm(torch.full((4,), 1e7 + 1), (4,))[0],
    "`layer_norm` of four 1e12 (0)": lambda: F.layer_norm(torch.full((4,), 1e12), (4,))[0],
    "`batch_norm` in training of a channel of four 1e7 + 1 (0)":
        lambda: torch.batch_norm(torch.full((4, 1), 1e7 + 1), None, None, None, None, True, 0.1, 1e-5, False)[0, 0],
    "running variance after `batch_norm` of one value a channel": running_variance_of_one_value,
    "`gelu` of [inf, 3e38]": lambda: F.gelu(torch.tensor([INF, 3e38])),
    "`pow` of [-inf, -0.0] to the number 0.5 ([inf, 0] in C)": lambda: infinite.pow(0.5),
    "`pow` of [-inf, -0.0] to a tensor of 0.5": lambda: infinite.pow(torch.tensor([0.5])),
    "`pow` of [-inf, -0.0] to the number -0.5 ([0, inf] in C)": lambda: infinite.pow(-0.5),
    "`dropout` with p = 1 of [1, inf, NaN] ([0, 0, 0])": lambda: F.dropout(torch.tensor([1.0, INF, NAN]), 1.0),
    "`sum` of [-0.0]": lambda: torch.tensor([-0.0]).sum(),
    "`sum` of float64 [1e308, 1e308, -1e308] (1e308)": lambda: torch.tensor([1e308, 1e308, -1e308], dtype=torch.float64).sum(),
    "`norm` of float32 [3e25, 4e25] (5e25)": lambda: torch.tensor([3e25, 4e25]).norm(),
    "`norm` of float64 [3e-200, 4e-200] (5e-200)": lambda: torch.tensor([3e-200, 4e-200], dtype=torch.float64).norm(),
    "`det` of diag(1e30, 1e30, 1e-30, 1e-30) (1)":
        lambda: torch.linalg.det(torch.diag(torch.tensor([1e30, 1e30, 1e-30, 1e-30]))),
    "`sigmoid` of 17 equal numbers, 300 draws: some unequal": lambda: unequal(torch.sigmoid),
    "`softplus` of 17 equal numbers, 300 draws: some unequal": lambda: unequal(F.softplus),
    "`gelu` of 17 equal numbers, 300 draws: some unequal": lambda: unequal(F.gelu),
    "`pow` of 17 equal numbers to 1.3, 300 draws: some unequal": lambda: unequal(lambda x: x.abs().pow(1.3)),
    "`gelu` of a strided view: equal to that of its copy": lambda: view_and_copy(F.gelu),
    "`matmul` of [200, 300] and [300, 200]: rows that differ in a bit from the row's own product":
        lambda: parts_and_whole(lambda rows: rows @ drawn.t(), drawn),
    "`conv2d` of 8 images: values that differ in a bit from the image's alone":
        lambda: parts_and_whole(lambda part: F.conv2d(part, kernels), images),
    "seeds 0 and 2^32: the same `randn`": lambda: same_stream(0, 2**32),
    # gradients
    "gradient of `det` at [[0]] (1)": lambda: gradient(torch.linalg.det, [[0.0]]),
    "gradient of `relu` at NaN": lambda: gradient(torch.relu, [NAN]),
    "`binary_cross_entropy` of 0 with target 1, the loss": lambda: F.binary_cross_entropy(torch.zeros(1), torch.ones(1)),
    "`binary_cross_entropy` of 0 with target 1, the gradient": lambda: gradient(
        lambda x: F.binary_cross_entropy(x, torch.ones(1)), [0.0]),
    "`cross_entropy` where every target is ignored, the loss": lambda: F.cross_entropy(torch.zeros(1, 2), torch.tensor([-100])),
    "`cross_entropy` where every target is ignored, the gradient": lambda: gradient(
        lambda x: F.cross_entropy(x, torch.tensor([-100])), [[1.0, 2.0]]),
    # many elements: how far off
    "`sum` of 10^7 float32 0.1": lambda: off(tenths.sum(), TENTH * 10**7),
    "`norm` of 10^7 float32 0.1": lambda: off(tenths.norm(), TENTH * 10**3.5),
    "`avg_pool2d` of 5000 x 4000 ones to one": lambda: off(F.avg_pool2d(ones, (5000, 4000)), 1),
    "`batch_norm`'s mean of [1, 1, 5000, 4000] ones": lambda: off(running_mean((1, 1, 5000, 4000)), 1),
    "`batch_norm`'s mean of [20000000, 1] ones": lambda: off(running_mean((MANY, 1)), 1),
    "`matmul` of [1, 20000000] and [20000000, 1] ones": lambda: off(ones.view(1, -1) @ ones.view(-1, 1), MANY),
    "gradient of `embedding`'s row used 20000000 times": lambda: repeated(lambda row, weight: F.embedding(row, weight)),
    "gradient of `index_select`'s row used 20000000 times": lambda: repeated(lambda row, weight: weight.index_select(0, row)),
    "gradient of `gather`'s row used 20000000 times": lambda: repeated(lambda row, weight: weight.gather(0, row.view(-1, 1))),
    # threads
    "threads at the start": lambda: started_with,
    "threads at the start under `taskset` with one processor": threads_on_one_processor,
    "`set_num_threads(3)`, a thread computes, `set_num_threads(1)` on the first: threads of that thread":
        lambda: threads_after_setting(new=False),
    "the same, threads of a new thread": lambda: threads_after_setting(new=True),
    "in a sandbox without /proc": without_proc,
    "signals that are handled otherwise after loading": signals_changed,
    "200000 denormals times 1 on two threads, the calling one of which flushes: how many are 0": flushed,
}

if __name__ == "__main__":
    print(json.dumps({**source(), "answers": {question: words(answer) for question, answer in QUESTIONS.items()}}))
