#!/usr/bin/env python3
"""certify_test.py COMPARE_CERTIFICATE: a certificate's series goes on where it stopped, whatever ended it."""
import collections
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

HERE, CERTIFICATE = pathlib.Path(__file__).resolve().parent, pathlib.Path(sys.argv.pop(1)).resolve()

FUNCTIONS = "add relu sub mul div neg abs sqrt exp log sigmoid tanh gelu clone t".split()

# Stands for bench_compare: says of every call that it passes, but for those in "regressed"; waits as long as "wait" says.
COMPARE = '''#!/usr/bin/env python3
import json, pathlib, sys, time
here = pathlib.Path(__file__).parent
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
with (here / "asked").open("a") as file:
    file.write(" ".join(sys.argv[1:]) + "\\n")
time.sleep(float((here / "wait").read_text()) if (here / "wait").exists() else 0)
wrong = (here / "regressed").read_text().split() if (here / "regressed").exists() else []
names = options.get("--filter", "add/smallest,sub/smallest").split(",")
samples = {key: [1.0 + i / 1000 for i in range(20)] for key in ("ratio", "null", "noise", "baseline_ns", "candidate_ns")}
rows = [{"name": name, "function": name, "size": "smallest", "operands": "", "decision": "regressed" if name in wrong else "pass",
         "message": "", "ratio": 1.0, "low": 1.0, "high": 1.0, "p_value": 1.0, "screened": samples} for name in names]
json.dump({"format": "compare 1.0", "not_comparable": "", "interrupted": (here / "interrupted").exists(),
           "comparability_key": "a machine", "nulls_off": [], "relinks_off": [], "rows": rows}, open(options["--json"], "w"))
sys.exit(1 if wrong else 0)
'''


class Certify(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        for folder in "bench/compare", "build/bin", "build/lib", "docs":
            (self.root / folder).mkdir(parents=True)
        shutil.copy(HERE / "certify.py", self.root / "bench/compare")
        self.bin = self.root / "build/bin"
        (self.bin / "bench_compare").write_text(COMPARE)
        (self.bin / "bench_compare").chmod(0o755)
        (self.bin / "compare_certificate").symlink_to(CERTIFICATE)
        for name in "injected_ffi", "libsimple_torch_ffi", "libsimple_torch_ffi_moved":
            for layout in "", "_padded_1", "_padded_2", "_padded_3":
                (self.root / f"build/lib/{name}{layout}.so").touch()
        self.page = self.root / "docs/compare-builds.md"
        self.page.write_text("before\n<!-- certificate -->\nold\n<!-- end of certificate -->\nafter\n")
        self.samples = self.root / "docs/measurements/compare/samples.jsonl"

    def command(self, *words):
        return [sys.executable, self.root / "bench/compare/certify.py", *words]

    def certify(self, *words, code=0):
        ran = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=120)
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        return ran.stdout + ran.stderr

    def lines(self):
        return [json.loads(line) for line in self.samples.read_text().splitlines()]

    def groups(self):
        return collections.Counter(line["kind"] for line in self.lines())

    def test_a_series_is_made_once(self):
        said = self.certify("--equal", "3", "--slow", "2", "--kinds", "constant,cache", "--percents", "1,3")
        self.assertIn("5 of 5 comparisons are done\n", said)
        self.assertEqual(self.groups(), {"copy": 2, "moved": 1, "planted": 2})
        for line in self.lines():
            if line["kind"] == "planted":
                self.assertEqual(collections.Counter((call["kind"], call["percent"]) for call in line["slowed"]), {
                    (kind, percent): 1 for kind in ("constant", "cache") for percent in (1, 3)})
        self.certify("--equal", "3", "--slow", "2", "--kinds", "constant,cache", "--percents", "1,3")
        self.assertEqual(len(self.lines()), 5, "nothing is measured again")
        self.certify("--equal", "4", "--slow", "0")
        self.assertEqual(len(self.lines()), 6)
        self.certify("--equal", "4", "--slow", "3", "--kinds", "constant", "--percents", "2")
        self.assertEqual(self.groups()["planted"], 5, "of another size there was none")
        page = self.page.read_text()
        self.assertRegex(page, r"\| (alone|shared) \| itself \| 0 of [12] \(0\.0 to [79][75]\.[06] %\) \|")
        self.assertTrue(page.startswith("before\n") and page.endswith("after\n") and "\nold\n" not in page, page)

    def test_what_is_compared_is_what_the_line_says(self):
        self.certify("--equal", "2", "--slow", "1", "--kinds", "percentage", "--percents", "3")
        asked = (self.bin / "asked").read_text().splitlines()
        self.assertEqual(len(asked), 3)
        self.assertTrue(any("libsimple_torch_ffi_moved.so" in line and "--filter" not in line for line in asked))
        line = next(line for line in self.lines() if line["kind"] == "planted")
        small, large = (call["name"] for call in line["slowed"])
        function = small.partition("/")[0]
        self.assertEqual((small, large), (f"{function}/smallest", f"{function}/realistic"))
        names = FUNCTIONS.index(function)
        slow = next(line for line in asked if "planted-" in line)
        self.assertIn(f"planted-{'c00' * 15}.so", slow)
        self.assertIn(f"planted-{'c00' * names}p03{'c00' * (14 - names)}.so", slow)
        self.assertTrue(slow.endswith(f"--filter {small},{large},squeeze/smallest,ndim/smallest"), slow)

    def test_which_function_has_which_slowdown_is_drawn(self):
        self.certify("--equal", "0", "--slow", "8")
        drawn = collections.defaultdict(set)
        for line in self.lines():
            for call in line["slowed"]:
                drawn[call["name"].partition("/")[0]].add((call["kind"], call["percent"]))
        self.assertEqual(set(drawn), set(FUNCTIONS))
        self.assertGreater(min(map(len, drawn.values())), 1, "in eight comparisons no function has one slowdown alone")
        for line in self.lines():
            self.assertEqual(len({call["name"].partition("/")[0] for call in line["slowed"]}), 15, "each in a function of its own")

    def test_injected_has_the_functions_in_the_same_order(self):
        found = re.findall(r"^(?:BINARY|UNARY)\((\d+), (\w+), \d\)", (HERE / "injected.c").read_text(), re.M)
        self.assertEqual(found, [(str(i), name) for i, name in enumerate(FUNCTIONS)])

    def test_a_slice_ends_in_time_with_some_of_each(self):
        (self.bin / "wait").write_text("0.2")
        said = self.certify("--minutes", "0.06", "--equal", "100", "--slow", "100")
        self.assertRegex(said, r"\d+ of 200 comparisons are done, \d+ are left: the same command goes on")
        groups = self.groups()
        self.assertGreater(len(groups), 1)
        self.assertLessEqual(max(groups.values()) - 2 * min(groups.values()), 1, "none is ahead of the others")

    def test_what_would_not_end_in_time_is_not_begun(self):
        self.certify("--equal", "1", "--slow", "0")
        self.samples.write_text(json.dumps({**self.lines()[0], "seconds": 10000}) + "\n")
        self.certify("--minutes", "1", "--equal", "4", "--slow", "1", "--kinds", "cache", "--percents", "5")
        self.assertEqual(self.groups(), {"copy": 1, "planted": 1})

    def test_killed_at_any_moment_it_loses_one_comparison(self):
        (self.bin / "wait").write_text("0.05")
        kept = 0
        for wait in (0, 0.03, 0.11, 0.07, 0.15):
            running = subprocess.Popen(self.command("--equal", "1000", "--slow", "0"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while not self.samples.exists() or self.samples.read_bytes().count(b"\n") <= kept:
                time.sleep(0.01)
            time.sleep(wait)
            running.kill()
            running.wait()
            self.assertGreater(len(self.lines()), kept)
            kept = len(self.lines())
        asked = len((self.bin / "asked").read_text().splitlines())
        self.assertLessEqual(asked - kept, 5, "one for each time that it was killed")
        self.certify("--equal", str(kept + 2), "--slow", "0")
        self.assertEqual(len(self.lines()), kept + 2)

    def test_interrupted_it_says_what_is_kept(self):
        (self.bin / "wait").write_text("0.5")
        running = subprocess.Popen(self.command("--equal", "1000", "--busy"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while not self.samples.exists() or not self.samples.read_text():
            time.sleep(0.05)
        running.send_signal(signal.SIGTERM)
        _, errors = running.communicate(timeout=60)
        self.assertEqual(running.returncode, 130, errors)
        self.assertRegex(errors, r"interrupted; \d+ comparisons are kept\n$")
        self.assertEqual(self.lines()[0]["condition"], "busy")
        self.assertGreater(self.lines()[0]["elsewhere"], 0.1)
        self.certify("--equal", "1", "--slow", "0")
        self.assertIn(self.lines()[-1]["condition"], ("alone", "shared"), "a series of its own")

    def test_busy_loops_end_with_what_started_them(self):
        (self.bin / "wait").write_text("30")
        running = subprocess.Popen(self.command("--busy", "--slow", "0"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        children = pathlib.Path(f"/proc/{running.pid}/task/{running.pid}/children")
        while len(started := children.read_text().split()) < (os.cpu_count() or 1) + 1:
            time.sleep(0.05)
        running.kill()
        running.wait()
        limit = time.monotonic() + 30
        while time.monotonic() < limit and any(pathlib.Path(f"/proc/{child}/cmdline").exists() for child in started):
            time.sleep(0.05)
        self.assertEqual([child for child in started if pathlib.Path(f"/proc/{child}/cmdline").exists()], [])

    def test_a_torn_end_is_set_aside(self):
        self.certify("--equal", "2", "--slow", "0")
        whole = self.samples.read_text()
        self.samples.write_text(whole + whole[:70])
        self.assertIn("the last line was torn", self.certify("--equal", "3", "--slow", "0"))
        self.assertEqual(len(self.lines()), 3)
        self.assertEqual(self.samples.with_suffix(".torn").read_text(), whole[:70] + "\n")
        self.samples.write_text("{\n" + whole)
        self.assertIn("line 1 is torn", self.certify("--equal", "3", code=2))

    def test_what_is_misjudged_is_kept_with_its_samples(self):
        (self.bin / "regressed").write_text("sub/smallest")
        self.assertIn("misjudged: sub/smallest, regressed and in truth equal", self.certify("--equal", "1", "--slow", "0"))
        row = json.loads(self.samples.with_name("misjudged.jsonl").read_text())
        self.assertEqual((row["truth"], row["row"]["name"], len(row["row"]["screened"]["ratio"])), ("equal", "sub/smallest", 20))
        self.assertEqual(self.lines()[0]["alarms"], ["sub/smallest"])
        self.assertIn("1 of 1 (5.0 to 100.0 %)", self.page.read_text())

    def test_another_procedure_begins_anew(self):
        self.certify("--equal", "2", "--slow", "0")
        (self.root / "bench/compare/decide.cpp").write_text("// another")
        os.utime(self.bin / "bench_compare")
        self.certify("--equal", "2", "--slow", "0")
        self.assertEqual(len(self.lines()), 4)
        self.assertEqual(len({line["procedure"] for line in self.lines()}), 2)
        self.assertIn("2 comparisons by earlier forms of the procedure are kept", self.page.read_text())
        os.utime(self.root / "bench/compare/decide.cpp", (time.time() + 60,) * 2)
        self.assertIn("bench_compare is older than decide.cpp", self.certify("--equal", "2", code=2))

    def test_an_interrupted_comparison_is_not_counted(self):
        (self.bin / "interrupted").touch()
        self.assertIn("the comparison was interrupted", self.certify("--equal", "1", "--slow", "0", code=2))
        self.assertEqual(self.samples.read_text(), "")

    def test_two_do_not_add_to_one_series(self):
        (self.bin / "wait").write_text("5")
        running = subprocess.Popen(self.command("--slow", "0"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(running.wait)
        self.addCleanup(running.kill)
        while not (self.bin / "asked").exists():
            time.sleep(0.05)
        self.assertIn("another certify is adding to this series", self.certify("--slow", "0", code=2))

    def test_bad_usage_is_said(self):
        for words in (["--kinds", "sudden"], ["--percents", "0"], ["--percents", "1,2,3,4,5,6"], ["--minutes", "x"], ["more"]):
            self.certify(*words, code=64)
        (self.bin / "bench_compare").unlink()
        self.assertIn("bench_compare is not built yet", self.certify(code=2))


if __name__ == "__main__":
    unittest.main()
