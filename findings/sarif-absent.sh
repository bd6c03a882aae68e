#!/bin/bash
# sarif-tools 3.0.5 (PyPI: sarif-tools)
# Expected: --check makes the command fail "if there are any issues of the specified level, or higher" (its README). In SARIF
#     2.1.0 a result whose baselineState is "absent" (3.27.24) was there in the earlier run and is no more, and one with an
#     accepted suppression is suppressed: neither is an issue. Nor is kind "pass", which is left out rightly.
# Seen: sarif --check error ends with 1 for a file whose only result is absent, and for one whose only result is suppressed with
#     status "accepted", as for one with a new error; its summary lists them as errors.
# Means: a gate that writes what was mended or waived into its SARIF file, as the format has it, is red for every such line with
#     this reader. Write those results into a file of their own.
source "$(dirname "$0")/common.sh"
pypi sarif-tools==3.0.5
cat >"$work/finding.py" <<'END'
import json, subprocess, sys
results = {"new": {"baselineState": "new"}, "absent": {"baselineState": "absent"},
           "accepted suppression": {"suppressions": [{"kind": "external", "status": "accepted"}]},
           "kind pass": {"kind": "pass", "level": "none"}}
for name, properties in results.items():
    result = {"ruleId": "V1", "level": "error", "message": {"text": "a value is wrong"}, **properties}
    log = {"version": "2.1.0", "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
           "runs": [{"tool": {"driver": {"name": "gate"}}, "results": [result]}]}
    path = f"{sys.argv[1]}/report.sarif"
    with open(path, "w") as file:
        json.dump(log, file)
    ran = subprocess.run([sys.executable, "-m", "sarif", "--check", "error", "summary", path], capture_output=True, text=True)
    print(f"{name}: exit {ran.returncode}, {next(line for line in ran.stdout.splitlines() if line.startswith('error:'))}")
END
python3 "$work/finding.py" "$work" | behaves 3<<'END'
new: exit 1, error: 1
absent: exit 1, error: 1
accepted suppression: exit 1, error: 1
kind pass: exit 0, error: 0
END
