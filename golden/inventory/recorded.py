"""The function table and the recorded cases, as the checks look at them."""
import json
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path

GOLDEN = Path(__file__).resolve().parents[1]
ELEMENTS = {"data", "scattered", "distinct", "diagonal"}  # where a tensor's elements are (suite/elements.h)


@dataclass
class Param:
    name: str
    kind: str
    role: str


@dataclass
class Function:
    name: str
    returns: str
    category: str
    codes: list
    params: list

    def has(self, *roles, kind=None):
        return any((not roles or p.role in roles) and (kind is None or p.kind == kind) for p in self.params)

    @property
    def value_tensors(self):
        return [p for p in self.params if "tensor" in p.kind and p.role == "value"]


@dataclass
class Tensor:
    """A tensor argument: encoded as the case holds it, with the parameter that it is given for."""
    param: Param
    encoded: dict

    @property
    def dtype(self):
        return self.encoded["dtype"]

    @property
    def shape(self):
        return tuple(self.encoded["shape"])

    @property
    def layout(self):
        return self.encoded.get("layout", "contiguous")

    @property
    def count(self):
        return math.prod(self.shape)

    @property
    def elements(self):
        """The elements as numbers; of long data what is written down, each once."""
        raw = self.encoded.get("data", self.encoded.get("scattered", self.encoded.get("diagonal", [])))
        return [float(v) if self.dtype != "i64" else v for v in raw]


class Case:
    def __init__(self, function, json_case):
        self.function, self.json = function, json_case
        self.id, self.code = json_case["id"], json_case.get("error", 0)
        self.tensors, self.others = [], []
        for param, arg in zip(function.params, json_case["args"]):
            given = list(self._tensors(param, arg))
            self.tensors += given
            if not given:
                self.others.append((param, arg))

    @staticmethod
    def _tensors(param, arg):
        if "tensor" not in param.kind:
            return
        for one in arg if isinstance(arg, list) else [arg]:
            if isinstance(one, dict) and "dtype" in one:  # "times" beside it: a list of that many
                yield Tensor(param, one)

    @property
    def values(self):
        return [t for t in self.tensors if t.param.role == "value"]

    def results(self):
        """The recorded result tensors."""
        expect = self.json.get("expect")
        return [e for e in (expect if isinstance(expect, list) else [expect]) if isinstance(e, dict) and "shape" in e]


def functions():
    rows = tomllib.loads((GOLDEN.parent / "impl/abi/functions.toml").read_text())["function"]
    return {row["name"]: Function(row["name"], row["returns"], row["category"], row["codes"],
                                  [Param(*p.replace(":", "").split()) for p in row["params"]])
            for row in rows}


def cases(table):
    found = {name: [] for name in table}
    for path in sorted((GOLDEN / "cases").glob("*.json")):
        data = json.loads(path.read_text())
        found[data["function"]] += [Case(table[data["function"]], c) for c in data["cases"]]
    return found
