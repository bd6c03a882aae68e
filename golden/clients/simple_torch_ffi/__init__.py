"""The library through ctypes. Signatures, conversions and errors follow from the function table
(impl/abi/functions.toml), so that a new function is here as soon as it is there.

    torch = Library("build/lib/libsimple_torch_ffi.so")
    a = torch.ones([2, 3])              # functions go by the table's short names; handles are ints
    torch.shape(a)                      # [2, 3]
    torch.free(a)

    with torch.scope() as held:         # frees at its end
        b = held(torch.ones([2, 3]))
        parts = held(torch.chunk(b, 2, 0))

ctypes wraps integers that do not fit; here they are an OverflowError that names function, parameter and range. An integer is
what has __index__ (int, bool, NumPy's integers), not a float; a bool is True, False, 1 or 0.
"""
import contextlib
import ctypes
import operator
import os
import pathlib
import tomllib

from . import beside

HERE = pathlib.Path(__file__).resolve().parent
INT, FLOAT = 2, 3
BITS = {"tensor": 64, "tensor?": 64, "stream": 64, "i64": 64, "i32": 32}


class Payload(ctypes.Union):
    _fields_ = [("as_int", ctypes.c_int64), ("as_float", ctypes.c_double), ("as_pointer", ctypes.c_void_p)]


class Value(ctypes.Structure):
    _fields_ = [("tag", ctypes.c_uint32), ("payload", Payload)]


class Array(ctypes.Structure):
    _fields_ = [("items", ctypes.POINTER(Value)), ("len", ctypes.c_int64), ("cap", ctypes.c_int64)]


ARRAY = ctypes.POINTER(Array)
C_TYPE = {"tensor": ctypes.c_int64, "tensor?": ctypes.c_int64, "stream": ctypes.c_int64, "i64": ctypes.c_int64,
          "i32": ctypes.c_int32, "f64": ctypes.c_double, "bool": ctypes.c_bool, "text": ctypes.c_void_p,
          "[i64]": ARRAY, "[f64]": ARRAY, "[tensor]": ARRAY, "void": None}


class Error(Exception):
    def __init__(self, code, message):
        super().__init__(f"{message} (code {code})")
        self.code = code


def integer(value, kind, where):
    try:
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{where} takes an integer, not {value!r}") from None
    limit = 2 ** (BITS[kind] - 1)
    if not -limit <= number < limit:
        raise OverflowError(f"{where} is {number}, outside int{BITS[kind]}'s range {-limit} to {limit - 1}")
    return number


def real(value, where):
    if not hasattr(value, "__float__") and not hasattr(value, "__index__"):  # float() reads text, too
        raise TypeError(f"{where} takes a number, not {value!r}")
    try:
        return float(value)
    except OverflowError:
        raise OverflowError(f"{where} is {value}, outside float64's range") from None


def truth(value, where):
    if not isinstance(value, int) or value not in (0, 1):
        raise TypeError(f"{where} takes True or False, not {value!r}")
    return bool(value)


def array(numbers, kind, where):
    """An argument of kind [i64], [f64] or [tensor]."""
    items = (Value * max(len(numbers), 1))()
    for i, (item, number) in enumerate(zip(items, numbers)):
        if kind == "[f64]":
            item.tag = FLOAT
            item.payload.as_float = real(number, f"{where}[{i}]")
        else:
            item.tag = INT
            item.payload.as_int = integer(number, kind[1:-1], f"{where}[{i}]")
    return ctypes.pointer(Array(items, len(numbers), len(numbers)))


def argument(value, kind, where):
    """The value as the C type of its kind; an error names where it was given, as in "eye: n"."""
    if kind.startswith("["):
        return array(value, kind, where)
    if kind in BITS:
        return integer(value, kind, where)
    return truth(value, where) if kind == "bool" else real(value, where)


def table():
    """The functions as dictionaries: name, symbol, set, returns, params as (name, type)."""
    # A wheel has a copy of it (setup.py).
    file = HERE / "functions.toml"
    if not file.exists():
        file = HERE.parents[2] / "impl/abi/functions.toml"
    functions = tomllib.loads(file.read_text(encoding="utf-8"))["function"]
    for function in functions:
        function["params"] = [tuple(p.replace(":", "").split()[:2]) for p in function["params"]]
    return functions


class Library:
    def __init__(self, path):
        reason = beside.conflict(path)
        if reason:
            raise OSError(reason)
        self.library = ctypes.CDLL(os.fspath(path))
        beside.watch_imports()
        self.process = ctypes.CDLL(None)
        self.process.free.argtypes = [ctypes.c_void_p]
        self.functions = {}
        for function in table():
            call = getattr(self.library, function["symbol"])
            call.restype = C_TYPE[function["returns"]]
            call.argtypes = [C_TYPE[kind] for _, kind in function["params"]]
            self.functions[function["name"]] = (function, call)

    def __getattr__(self, name):
        try:
            function, call = self.functions[name]
        except KeyError:
            raise AttributeError(f"the function table has no {name}") from None

        def bound(*arguments):
            parameters = function["params"]
            if len(arguments) != len(parameters):
                raise TypeError(f"{name} takes {len(parameters)} arguments, {len(arguments)} given")
            converted = [argument(value, kind, f"{name}: {parameter}")
                         for value, (parameter, kind) in zip(arguments, parameters)]
            result = self._result(call(*converted), function["returns"])
            # These report on errors and set none.
            if not name.startswith("last_error"):
                code = self.library.rt_torch_last_error_code()
                if code:
                    raise Error(code, self.last_error_message())
            return result
        return bound

    @contextlib.contextmanager
    def scope(self):
        """Gives a function that takes a tensor's handle, or a list of them, returns it, and has each freed when the block is
        left. Of errors the block's own is the one that is seen, or else the first of `free`."""
        handles = []

        def held(given):
            many = isinstance(given, list)
            for i, handle in enumerate(given if many else [given]):
                handles.append(integer(handle, "tensor", f"held: handle[{i}]" if many else "held: handle"))
            return given
        try:
            yield held
        except BaseException:
            self._free_all(handles)
            raise
        error = self._free_all(handles)
        if error:
            raise error

    def _free_all(self, handles):
        """The first error, or None; the others are freed all the same."""
        first = None
        for handle in handles:
            try:
                self.free(handle)
            except Error as error:
                first = first or error
        return first

    def _result(self, result, kind):
        if kind == "text":
            text = ctypes.string_at(result).decode()
            self.process.free(result)
            return text
        if kind.startswith("["):
            if not result:
                return None
            values = [v.payload.as_float if kind == "[f64]" else v.payload.as_int
                      for v in result.contents.items[:result.contents.len]]
            self.process.free(ctypes.cast(result.contents.items, ctypes.c_void_p))
            self.process.free(ctypes.cast(result, ctypes.c_void_p))
            return values
        return result
