#!/usr/bin/env python3
"""--bundle and ci/gate verify, end to end: a run's evidence is packed, signed and checked; what is damaged is told.

usage: bundle_test.py SIMPLE_GATE
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

GATE = sys.argv[1]
STUB = pathlib.Path(GATE).parents[1] / "lib/libsimple_torch_stub.so"
failures = []


def gate(*words, expect):
    ran = subprocess.run([GATE, *map(str, words)], capture_output=True, text=True, timeout=100)
    said = ran.stdout + ran.stderr
    if ran.returncode != expect:
        failures.append(f"{' '.join(map(str, words))}: {ran.returncode}, not {expect}\n{said}")
    return said


def demand(text, said):
    if text not in said:
        failures.append(f"nothing says {text!r}:\n{said}")


def main(folder):
    run = ["--candidate", STUB, "--suite", "golden", "--filter", "shape", "--out", folder / "out"]
    bundle = folder / "run.tar.zst"
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "nobody", "-f", key], check=True)
    signers = folder / "signers"
    signers.write_text("ci@example.org " + (folder / "key.pub").read_text())

    demand("evidence in " + str(bundle), gate(*run, "--bundle", bundle, "--bundle-key", key, expect=0))
    cases = json.loads((folder / "out/verdict.json").read_text())["cases"]
    if not all(c.get("cpu_seconds", 0) > 0 for c in cases if c["suite"] == "golden" and c["status"] == "pass"):
        failures.append("a case does not say what CPU time it took")
    said = gate("verify", bundle, "--signers", signers, "--candidate", STUB, expect=0)
    for text in ["signed by ci@example.org", "is the file that was judged", "pass, as its cases make it",
                 "no-failed-cases", "pass, as far as a bundle can show it"]:
        demand(text, said)
    demand("not checked, since --signers", gate("verify", bundle, expect=0))
    demand("is not the file that was judged", gate("verify", bundle, "--candidate", GATE, expect=2))

    # One byte in the middle, which the compression's own sum does not always cover.
    whole = bundle.read_bytes()
    changed = folder / "changed.tar.zst"
    for at in range(len(whole) // 5, len(whole), len(whole) // 5):
        changed.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
        gate("verify", changed, "--signers", signers, expect=2)
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
