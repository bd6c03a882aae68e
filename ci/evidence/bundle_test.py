#!/usr/bin/env python3
"""--bundle and ci/gate verify, end to end: a run's evidence is packed, signed and checked; what is damaged is told.

usage: bundle_test.py SIMPLE_GATE
"""
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

GATE = pathlib.Path(sys.argv[1]).resolve()
STUB = GATE.parents[1] / "lib/libsimple_torch_stub.so"
failures = []


def gate(*words, expect):
    ran = subprocess.run([GATE, *map(str, words)], capture_output=True, text=True, timeout=100, env={**os.environ, "OMP_NUM_THREADS": "1"})
    said = ran.stdout + ran.stderr
    if ran.returncode not in (expect if isinstance(expect, tuple) else (expect,)):
        failures.append(f"{' '.join(map(str, words))}: {ran.returncode}, not {expect}\n{said}")
    return said


def demand(text, said):
    if text not in said:
        failures.append(f"nothing says {text!r}:\n{said}")


# Options that say where something goes, or ask for something else than a run.
ELSEWHERE = {"rebuild", "out", "capabilities", "bundle", "bundle-key", "plan", "list", "explain", "debug", "bless", "self-test"}


def unpacked(bundle, folder):
    folder.mkdir()
    subprocess.run(["tar", "--zstd", "-xf", bundle, "-C", folder], check=True)
    return json.loads((folder / "run.json").read_text())


def sha256(file):
    return hashlib.sha256(pathlib.Path(file).read_bytes()).hexdigest()


def check_inside(folder, bundle, waivers):
    """What a bundle is for: nothing of how the run came about is missing in it."""
    inside = folder / "inside"
    run = unpacked(bundle, inside)
    options = set(json.loads(gate("schema", expect=0))["properties"]) - ELSEWHERE
    if set(run["configuration"]) != options | {"candidate-is", "own-build"}:
        failures.append(f"in the configuration: {sorted(options ^ set(run['configuration']))}")
    for name, value in [("candidate", str(STUB)), ("suite", ["golden"]), ("filter", ["shape"]), ("seed", 7), ("timeout-scale", 2.0),
                        ("jobs", 1), ("waivers", str(waivers)), ("launcher", []), ("spec", None), ("candidate-is", "library")]:
        if run["configuration"].get(name) != value:
            failures.append(f"the configuration's {name} is {run['configuration'].get(name)!r}, not {value!r}")
    if (inside / "waivers.toml").read_text() != waivers.read_text():
        failures.append("the waivers are not those of the run")
    for name in ("verdict.json", "junit.xml", "summary.md", "verdict.sarif", "index.html"):
        if (inside / "reports" / name).read_bytes() != (folder / "out" / name).read_bytes():
            failures.append(f"reports/{name} is not the run's")
    if not json.loads((inside / "plans/golden.json").read_text())["cases"]:
        failures.append("the golden suite's plan has no case")
    for name in ("system", "kernel", "architecture", "libc", "cores", "memory_bytes"):
        if not run["machine"].get(name):
            failures.append(f"the machine does not say its {name}")
    if run["machine"]["environment"].get("OMP_NUM_THREADS") != "1":
        failures.append(f"the environment is {run['machine']['environment']}")
    digest = sha256(STUB)
    if run["candidate"]["sha256"] != digest or run["functions"] != {"files": [str(STUB)], "sha256": digest}:
        failures.append(f"the candidate is {run['candidate']}, its functions are {run['functions']}")


def check_started(folder):
    """A program that is started with arguments, and whose own suite is counted."""
    program = GATE.parents[1] / "hosts/takes_argument"
    library = GATE.parents[1] / "lib/libsimple_torch_reference.so"
    if not program.exists() or not library.exists():
        return print("not looked at: programs that are started, which are not built")
    start = ["--candidate", program, "--args", f"--library '{library}'", "--env", "A=b", "--launcher", "env -u NONE nice -n 1", "--wait-for-library=9"]
    gate(*start, "--step", "suite", "--quick", "--filter", "neg/f32-matrix", "--spec", f"'{program}' --library '{library}'",
         "--spec-claims", "live_tensors", "--out", folder / "started", "--bundle", folder / "started.tar.zst", expect=0)
    run = unpacked(folder / "started.tar.zst", folder / "of-started")
    for name, value in [("args", ["--library", str(library)]), ("env", ["A=b"]), ("wait-for-library", 9),
                        ("spec-claims", ["live_tensors"]), ("candidate-is", "program")]:
        if run["configuration"].get(name) != value:
            failures.append(f"the configuration's {name} is {run['configuration'].get(name)!r}, not {value!r}")
    if run["configuration"]["launcher"][1:] != ["-u", "NONE", "nice", "-n", "1"]:
        failures.append(f"the launcher is {run['configuration']['launcher']}")
    if run["functions"] != {"files": [str(library)], "sha256": sha256(library)}:
        failures.append(f"the functions are {run['functions']}")
    if sha256(library) not in [row.get("sha256") for row in run["libraries"]]:
        failures.append("the library with the functions is not among those that were loaded")
    if json.loads((folder / "of-started/reports/spec-calls.json").read_text())["calls"]["rt_torch_live_tensors"] < 1:
        failures.append("what the spec called is not in the bundle")


def check_libtorch(folder):
    library = GATE.parents[1] / "lib/libsimple_torch_ffi.so"
    if not library.exists():
        return print("not looked at: LibTorch, with which nothing is built")
    gate("--candidate", library, "--step", "library", "--out", folder / "torch", "--bundle", folder / "torch.tar.zst",
         expect=(0, 3))  # 3: a busy machine
    rows = [row for row in unpacked(folder / "torch.tar.zst", folder / "of-torch")["libraries"] if row["name"].startswith(("libtorch", "libc10"))]
    if len(rows) < 2 or any(row.get("sha256") != sha256(row["path"]) for row in rows):
        failures.append(f"of LibTorch it says {rows}")


def main(folder):
    waivers = folder / "mine.toml"
    waivers.write_text('[[waiver]]\nscope = "golden/none/*"\nreason = "-"\nlink = "-"\nowner = "-"\nexpires = 2999-01-01\n')
    run = ["--candidate", STUB, "--suite", "golden", "--filter", "shape", "--seed", "7", "--timeout-scale", "2", "--jobs", "1",
           "--waivers", waivers, "--out", folder / "out"]
    bundle = folder / "run.tar.zst"
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "nobody", "-f", key], check=True)
    signers = folder / "signers"
    signers.write_text("ci@example.org " + (folder / "key.pub").read_text())

    stale = folder / "out/spec-calls.json"
    stale.parent.mkdir()
    stale.write_text('{"calls": {}}')
    demand("evidence in " + str(bundle), gate(*run, "--bundle", bundle, "--bundle-key", key, expect=0))
    if stale.exists():
        failures.append("what an earlier run's spec called stands beside this run's reports")
    cases = json.loads((folder / "out/verdict.json").read_text())["cases"]
    if not all(c.get("cpu_seconds", 0) > 0 for c in cases if c["suite"] == "golden" and c["status"] == "pass"):
        failures.append("a case does not say what CPU time it took")
    said = gate("verify", bundle, "--signers", signers, "--candidate", STUB, expect=0)
    for text in ["signed by ci@example.org", "is the file that was judged", "pass, as its cases make it",
                 "no-failed-cases", "pass, as far as a bundle can show it"]:
        demand(text, said)
    demand("not checked, since --signers", gate("verify", bundle, expect=0))
    demand("is not the file that was judged", gate("verify", bundle, "--candidate", GATE, expect=2))

    check_inside(folder, bundle, waivers)
    check_started(folder)
    check_libtorch(folder)

    # One byte in the middle, which the compression's own sum does not always cover.
    whole = bundle.read_bytes()
    changed = folder / "changed.tar.zst"
    for at in range(len(whole) // 5, len(whole), len(whole) // 5):
        changed.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        said = subprocess.run([GATE, "verify", changed, "--signers", signers], capture_output=True, text=True, timeout=100)
        if said.returncode != 2 or said.stderr.count("\n") != 1:
            failures.append(f"byte {at} changed: {said.returncode}, and not one line but {said.stderr!r}")
    changed.write_bytes(whole[:-10])
    gate("verify", changed, expect=2)

    demand("cannot read", gate("verify", folder / "none.tar.zst", expect=2))
    os.mkfifo(folder / "fifo.tar.zst")
    demand("is not a regular file", gate("verify", folder / "fifo.tar.zst", expect=2))
    demand("ends in .tar.zst", gate(*run, "--bundle", folder / "run.zip", expect=2))
    demand("folder cannot be written to", gate(*run, "--bundle", folder / "none/run.tar.zst", expect=2))
    gate(*run, "--bundle-key", key, expect=64)
    gate("verify", expect=64)
    gate("verify", bundle, "--unknown", expect=64)
    # What is wrong with the words says nothing against the bundle.
    for words in (["verify", ""], ["verify", bundle, "--signers", ""]):
        demand("is a variable unset?", gate(*words, expect=64))
    said = gate("verify", bundle, "--signers", folder / "none", expect=2)
    demand(f"ci/gate: cannot read {folder}/none", said)
    if "BROKEN" in said:
        failures.append(f"the bundle is blamed:\n{said}")
    # A key that cannot sign is told before the run, and an earlier bundle does not stand for it.
    gate(*run, "--bundle", bundle, "--bundle-key", folder / "none", expect=2)


with tempfile.TemporaryDirectory() as name:
    main(pathlib.Path(name))
print("\n".join(failures) or "a run's evidence is packed, signed, and told when it is damaged")
sys.exit(1 if failures else 0)
