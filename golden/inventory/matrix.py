"""Functions by features as a table, and the reasons for its holes."""
import fnmatch
import string
import tomllib
from pathlib import Path

from .features import FEATURES

FOLDER = Path(__file__).resolve().parent


class Matrix:
    def __init__(self, inventory, reasons=None):
        self.rows = {name: f for name, f in inventory.functions.items() if any(feature.applies(f) for feature in FEATURES)}
        self.count = {(name, feature.name): self._count(inventory, f, feature) for name, f in self.rows.items() for feature in FEATURES if feature.applies(f)}
        self.reasons = reasons if reasons is not None else tomllib.loads((FOLDER / "holes.toml").read_text())["hole"]
        self.letter = {}
        self._faults = list(self._explain())

    @staticmethod
    def _count(inventory, function, feature):
        special = sum(feature.name in names for case_id, (_, names) in inventory.special.items() if case_id.split("/")[0] == function.name)
        return special + sum(bool(feature.found(c)) for c in inventory.cases[function.name])

    def _explain(self):
        holes = {cell for cell, n in self.count.items() if n == 0}
        for letter, reason in zip(string.ascii_letters, self.reasons):
            for pattern in reason["functions"]:
                names = fnmatch.filter(self.rows, pattern)
                if not names:
                    yield f"holes.toml: no function is named {pattern}"
                for cell in ((name, feature) for name in names for feature in reason["features"]):
                    if cell not in holes:
                        yield f"holes.toml explains {cell[0]}, {cell[1]}, which is no hole"
                    elif cell in self.letter:
                        yield f"holes.toml explains {cell[0]}, {cell[1]} twice"
                    self.letter[cell] = letter
        for name, feature in sorted(holes - set(self.letter)):
            yield f"{name} has no case with {feature} and holes.toml gives no reason"

    def faults(self):
        return self._faults

    def text(self):
        widths = [max(4, len(f.name)) for f in FEATURES]
        lines = [" " * 28 + " ".join(f"{f.name:>{w}}" for f, w in zip(FEATURES, widths))]
        for name in self.rows:
            cells = [self._cell(name, f.name) for f in FEATURES]
            lines.append(f"{name:28}" + " ".join(f"{c:>{w}}" for c, w in zip(cells, widths)))
        lines += ["", *(f"{f.name:7} {f.meaning}" for f in FEATURES), ""]
        lines += [f"{letter} {reason['why']}" for letter, reason in zip(string.ascii_letters, self.reasons)]
        return "\n".join(line.rstrip() for line in lines)

    def _cell(self, name, feature):
        if (name, feature) not in self.count:
            return ""
        return str(self.count[name, feature] or self.letter.get((name, feature), "?"))
