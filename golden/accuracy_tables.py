"""The tables of docs/accuracy.md, which keep what was measured with each LibTorch and BLAS.

A row's last cell says with what it was measured: "Debian 1.13.1" with each BLAS there, "Debian 1.13.1 with blas" with that."""
import re

from version_tables import cells, order, row

ULP = 2.0 ** -23  # float32's last place
HEADS = ("this library", "LibTorch called directly, where that differs", "this library at a case's size")


def words(error):
    return "right" if error <= ULP else "lost" if error == float("inf") else f"{error:.0e}".replace("e-0", "e-")


class Tables:
    def __init__(self):
        self.measured = {}  # by version: the line that says how
        self.rows = {head: {} for head in HEADS}  # {head: {(leading cells, values): [with what]}}
        self.columns = {}

    @classmethod
    def parsed(cls, text):
        tables, head = cls(), None
        for line in text.splitlines():
            if said := re.fullmatch(r"\* (\S+ [0-9.]+): .+", line):
                tables.measured[said[1]] = line
            elif line.startswith("| ") and not line.startswith("| ---"):
                *values, last = cells(line)
                if values[0] in HEADS:
                    head, tables.columns[values[0]] = values[0], values[1:]
                else:
                    tables.rows[head][tuple(values)] = last.split(", ")
        return tables

    def put(self, version, line, columns, rows):
        """rows: {head: {BLAS: [values]}}. What this version said before goes."""
        self.measured[version] = line
        for head in HEADS:
            self.columns[head] = columns[head]
            kept = {values: [w for w in what if w != version and not w.startswith(version + " ")]
                    for values, what in self.rows[head].items()}
            for values, what in with_what(version, rows[head]).items():
                kept.setdefault(values, []).extend(what)
            self.rows[head] = {values: what for values, what in kept.items() if what}

    def text(self, calls):
        """calls: in which order."""
        place = {call: at for at, call in enumerate(calls)}
        versions = sorted(self.measured, key=by_version)
        text = "".join(self.measured[version] + "\n" for version in versions)
        for head in HEADS:
            if not self.rows[head]:
                continue
            columns = [head, *self.columns[head], "with"]
            text += "\n" + row(columns) + row(["---"] * len(columns))
            due = sorted(self.rows[head].items(),
                         key=lambda item: (place.get(item[0][0], len(place)), item[0][1], min(map(by_version, item[1])), item[0]))
            text += "".join(row([*values, ", ".join(sorted(what, key=by_version))]) for values, what in due)
        return text


def with_what(version, by_blas):
    """{values: with what}: the version alone where it is so with each BLAS."""
    found = {}
    for blas, rows in by_blas.items():
        for values in rows:
            found.setdefault(tuple(values), []).append(blas)
    return {values: [version] if len(with_blas) == len(by_blas) else [f"{version} with {blas}" for blas in with_blas]
            for values, with_blas in found.items()}


def by_version(what):
    """A key for "Debian 1.13.1 with blas"."""
    origin, version, *rest = what.split(" ", 2)
    return order(f"{version} ({origin})"), rest
