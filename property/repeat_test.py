#!/usr/bin/env python3
"""The line that a failing case prints repeats it exactly: alone, on the same draws, with the same shrunk example.

    repeat_test.py PROPERTY_SUITE FAULT_PROXY BACKEND
"""
import os
import re
import subprocess
import sys

# A fault for each kind of case, of those that run fewer or more examples than asked for too.
FAULTS = {
    "exp.gradient_doubled": "grad/exp",
    "relu.alias": "law/relu/*",
    "sqrt.after_failure": "lifecycle/sqrt/*",
    "free.reuses": "lifecycle/*",
    "mul.in_place": "unchanged/mul/*",
    "backward.leaks_on_2": "unchanged/backward/*",
    "matmul.mixed_refused": "value/matmul",
    "stack.third_unchecked": "relation/stack/*",
    "linear.bias_ignored": "graph/*",
}


def failures(command, fault, inner):
    """Of a run of command: the failing cases' messages by their ids, and their repeat lines."""
    environment = dict(os.environ, SIMPLE_FAULT=fault, SIMPLE_FAULT_INNER=inner, OMP_NUM_THREADS="1")
    output = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True).stdout
    found = re.findall(
        r"^\[ RUN +\] property\.(\S+)\n((?:(?!\[ RUN ).)*?)^Repeat: (.*?)$", output, re.MULTILINE | re.DOTALL
    )
    return {case: message for case, message, _ in found}, [line for *_, line in found]


def main():
    suite, proxy, inner = sys.argv[1:]
    for fault, cases in FAULTS.items():
        whole = f"'{suite}' --backend '{proxy}' --second '{inner}' --seed 7 --examples 200 --filter '{cases}'"
        messages, lines = failures(whole, fault, inner)
        if not messages or len(lines) != len(messages):
            sys.exit(f"{fault}: {len(messages)} failing cases with {len(lines)} repeat lines: {whole}")
        for line in lines:
            again, _ = failures(line, fault, inner)
            case = line.rsplit("'", 2)[1]
            if again != {case: messages[case]}:
                sys.exit(f"{fault}: not repeated by: {line}\nfirst: {messages[case]}\nthen: {again.get(case)}")
        print(f"{fault}: {len(lines)} failing, each repeated alone")


main()
