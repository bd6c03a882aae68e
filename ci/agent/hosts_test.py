#!/usr/bin/env python3
"""Runtimes of every make are gated in place, a planted fault is found in each, and what cannot be entered is told.

usage: hosts_test.py BUILD [--full|--golden]

Without --full two cases run in each with its fault, of which one passes and the other fails, and a few makes are also
gated without it. With --full all of them are, and the suites run whole (an hour).
"""
import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

BUILD = pathlib.Path(sys.argv[1]).resolve()
GOLDEN = "--golden" in sys.argv
FULL = GOLDEN or "--full" in sys.argv
HOSTS = BUILD / "hosts"
SOURCE = pathlib.Path(__file__).resolve().parent / "hosts"
GOOD = BUILD / "lib/libsimple_torch_reference.so"
FAULTY = HOSTS / "faulty/libsimple_torch_reference.so"
PYTHON = os.path.realpath(sys.executable)
# The whole gate, as far as it is about programs, on the right ones.
RIGHT = ["--step", "suite", "--suite", "golden"] if GOLDEN else [] if FULL else ["--step", "library,suite", "--quick", "--filter", "neg/f32-matrix"]
WRONG = ["--step", "suite"] + (["--suite", "golden"] if GOLDEN else [] if FULL else ["--suite", "golden", "--filter", "neg/f32-matrix,abs/f32-matrix"])
LIMIT = 1800 if FULL else 120


def quoted(path):
    return shlex.quote(str(path))


def linked_in(name, *options):
    """A program that exists twice."""
    return lambda faulty: [f"{HOSTS}/{name}{'.faulty' if faulty else ''}", *options]


def given(candidate, *options):
    """@LIBRARY@, as @QUOTED@ for a shell, and @FOLDER@ in the options are the library's, the right one's or the faulty one's."""
    def command(faulty):
        library = FAULTY if faulty else GOOD
        return [str(candidate), *(o.replace("@LIBRARY@", str(library)).replace("@QUOTED@", quoted(library)).replace("@FOLDER@", str(library.parent))
                                  for o in options)]
    return command


# What to do with a runtime of each make.
MAKES = {
    "exports the functions": linked_in("exports"),
    "exports them, at a fixed address": linked_in("exports_no_pie"),
    "lists them in its symbol table": linked_in("lists"),
    "lists them, at a fixed address": linked_in("lists_no_pie"),
    "with arguments of its own": linked_in("lists", "--args", "--verbose 'two words'"),
    "launched by nice": linked_in("lists_no_pie", "--launcher", "nice -n 1"),
    "launched without an environment": linked_in("exports", "--launcher", "env -i PATH=/usr/bin"),
    "launched by the loader": linked_in("lists", "--launcher", "/lib64/ld-linux-x86-64.so.2"),
    "linked with the library": given(HOSTS / "linked_with", "--env", "LD_LIBRARY_PATH=@FOLDER@"),
    "opens what an argument names": given(HOSTS / "takes_argument", "--args", "--library @QUOTED@"),
    "opens what a variable names": given(HOSTS / "takes_variable", "--env", "HOST_LIBRARY=@LIBRARY@"),
    "unpacks its library": given(HOSTS / "unpacks", "--args", "@QUOTED@"),
    "opens it by its runpath": given(HOSTS / "by_runpath", "--env", "LD_LIBRARY_PATH=@FOLDER@"),
    "opens it through rt_dlopen": given(HOSTS / "by_rt_dlopen", "--args", "@QUOTED@"),
    "opens it before main": given(HOSTS / "before_main", "--env", "HOST_LIBRARY=@LIBRARY@"),
    "opens it in a thread": given(HOSTS / "in_thread", "--args", "@QUOTED@"),
    "opens a plugin that is linked with it": given(HOSTS / "opens_plugin", "--args", quoted(HOSTS / "plugin.so"), "--env",
                                                   "LD_LIBRARY_PATH=@FOLDER@"),
    "execs the runtime": given(HOSTS / "execs", "--args", f"{quoted(HOSTS / 'takes_argument')} --library @QUOTED@"),
    "spawns the runtime and closes its files": given(HOSTS / "spawns", "--args",
                                                     f"{quoted(HOSTS / 'takes_argument')} --library @QUOTED@"),
    "a shell script": given(SOURCE / "script.sh", "--env", "HOST_GREETING=loudly", "--args",
                            f"{quoted(HOSTS / 'takes_argument')} --library @QUOTED@"),
    "a script that runs it twice": lambda faulty: [f"{SOURCE}/runs_twice.sh", "--args", quoted(linked_in("lists")(faulty)[0])],
    "Python with ctypes": given(PYTHON, "--args", f"{quoted(SOURCE / 'runtime.py')} @QUOTED@"),
    "a Python script": given(SOURCE / "runtime.py", "--args", "@QUOTED@"),
}
if qemu := shutil.which("qemu-x86_64"):
    MAKES["under an emulator"] = linked_in("lists", "--launcher", qemu)

# What cannot be entered: one clear line on what to do.
TOLD_APART = {
    "linked statically": (["static"], "linked statically", "library"),
    "linked statically, and launched": (["static", "--args", "x"], "a program must be linked dynamically with glibc", "library"),
    "stripped": (["stripped"], "the program is stripped", "library"),
    "loads it later, unasked": (["by_runpath"], "--wait-for-library", "library"),
    "needs an argument": (["takes_argument", "--wait-for-library"], "have it load its library by --args or --env", "library"),
    "goes to the background": (["daemonises", "--args", quoted(GOOD)], "have it stay in the foreground", "library"),
    "waits for work": (["waits", "--wait-for-library=1"], "or wait longer with --wait-for-library=N", "library"),
    "its launcher clears the environment": (["lists", "--launcher", quoted(SOURCE / "clears.sh")],
                                            "a launcher that clears the environment must end with env", "library"),
    "its launcher ends as it likes": (["lists", "--launcher", quoted(HOSTS / "swallows")],
                                      "the launcher must end as what it starts", "suite"),
}


def gate(options, selection):
    with tempfile.TemporaryDirectory() as out:
        ran = subprocess.run([BUILD / "bin/simple-gate", "--candidate", options[0], *options[1:], *selection,
                              "--no-config", "--jobs", "1", "--out", out, "--keep-going"], capture_output=True, text=True,
                             timeout=LIMIT)
        verdict = pathlib.Path(out) / "verdict.json"
        return ran, json.loads(verdict.read_text()) if verdict.exists() else {"cases": []}


def cases(verdict, status, suite="golden"):
    return [case for case in verdict["cases"] if case["suite"] == suite and case["status"] == status]


def check_make(make):
    problems = []
    if FULL or make in ("lists them, at a fixed address", "opens what a variable names", "unpacks its library", "Python with ctypes"):
        ran, verdict = gate(MAKES[make](False), RIGHT)
        if ran.returncode not in (0, 3 if FULL else 0) or not cases(verdict, "pass"):  # 3: a busy machine
            problems.append(f"not gated:\n{ran.stdout}{ran.stderr}")
        if FULL and not GOLDEN and not cases(verdict, "pass", "property"):
            problems.append("no case of the property suite passes")
    ran, verdict = gate(MAKES[make](True), WRONG)
    if not verdict.get("run", {}).get("functions_sha256"):
        problems.append("which file has the functions is not known")
    failed = {case["function"] for case in cases(verdict, "fail")}
    if ran.returncode != 1 or "neg" not in failed or not any(
            case["function"] == "abs" for case in cases(verdict, "pass")):
        problems.append(f"its fault is not found ({failed}):\n{ran.stdout}{ran.stderr}")
    elif not FULL and failed != {"neg"}:
        problems.append(f"others fail as well: {failed}")
    return problems


def check_told_apart(name):
    options, line, step = TOLD_APART[name]
    ran, verdict = gate([f"{HOSTS}/{options[0]}", *options[1:]], ["--step", step] + (["--filter", "neg/f32-matrix"] if step == "suite" else []))
    if ran.returncode == 1 and line in ran.stdout:
        return []
    return [f"status {ran.returncode}, and not {line!r}:\n{ran.stdout}{ran.stderr}"]


def run(folder, *words):
    return subprocess.run([BUILD / "bin/simple-gate", "--root", SOURCE.parents[2], *map(str, words)], capture_output=True, text=True, timeout=LIMIT, cwd=folder)


def check_shards(_):
    """A runtime that loads its library is one candidate only where the library is one: it is replaced between two shards."""
    problems = []

    def demand(code, words, ran):
        if ran.returncode != code or words not in ran.stdout + ran.stderr:
            problems.append(f"{ran.args[3:]}: status {ran.returncode}, not {code} with {words!r}:\n{ran.stdout}{ran.stderr}")

    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name).resolve()
        library = folder / "lib.so"
        shutil.copy(GOOD, library)
        demand(0, "", run(folder, "plan", "--shards", "2", "--no-config", "--candidate", HOSTS / "takes_argument", "--args",
                          f"--library {quoted(library)}", "--suite", "golden", "--filter", "neg/f32-matrix,abs/f32-matrix"))
        for shard in (1, 2):
            demand(0, "", run(folder, "--shard", f"{shard}/2", "--plan", "shards.json", "--out", f"same/{shard}"))
        demand(0, "", run(folder, "merge", "--no-config", "--out", "merged", "--bundle", "run.tar.zst", "same"))
        verdict = json.loads((folder / "merged/verdict.json").read_text())
        if verdict["run"]["functions_files"] != [str(library)]:
            problems.append(f"the functions are said to be of {verdict['run']['functions_files']}")
        demand(0, "lib.so is the file whose functions were judged", run(folder, "verify", "--candidate", library, "run.tar.zst"))
        library.unlink()
        shutil.copy(FAULTY, library)
        other = run(folder, "--shard", "2/2", "--plan", "shards.json", "--out", "other/2")
        demand(2, "the functions are of other files in other shards", run(folder, "merge", "--no-config", "--out", "mixed", "same/1", "other/2"))
        demand(2, "lib.so is not the file that was judged", run(folder, "verify", "--candidate", library, "run.tar.zst"))
        if other.returncode not in (0, 1):
            problems.append(f"the other library is not judged:\n{other.stdout}{other.stderr}")
    return problems


def main():
    checks = [(check_make, name) for name in MAKES] + [(check_told_apart, name) for name in TOLD_APART] + [
        (check_shards, "in two shards")]
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for (_, name), problems in zip(checks, pool.map(lambda check: check[0](check[1]), checks)):
            print("not ok" if problems else "ok", "-", name, flush=True)
            for problem in problems:
                failures += 1
                print("  " + problem.replace("\n", "\n  "))
    print(f"{len(MAKES)} makes gated, {len(TOLD_APART)} told apart, {failures} problems")
    sys.exit(1 if failures else 0)


main()
