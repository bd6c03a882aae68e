"""The library through ctypes. Signatures, conversions and errors follow from the function table
(impl/abi/functions.toml), so that a new function is here as soon as it is there.

    torch = Library("build/lib/libsimple_torch_ffi.so")
    a = torch.ones([2, 3])              # functions go by the table's short names; handles are ints
    torch.shape(a)                      # [2, 3]
    torch.free(a)
"""
import ctypes
import pathlib
import tomllib

TABLE = pathlib.Path(__file__).resolve().parents[2] / "impl/abi/functions.toml"
INT, FLOAT = 2, 3


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


def array(numbers, tag):
    """An argument of kind [i64], [f64] or [tensor]."""
    items = (Value * max(len(numbers), 1))()
    for item, number in zip(items, numbers):
        item.tag = tag
        if tag == FLOAT:
            item.payload.as_float = number
        else:
            item.payload.as_int = number
    return ctypes.pointer(Array(items, len(numbers), len(numbers)))


def table():
    """The functions as dictionaries: name, symbol, set, returns, params as (name, type)."""
    functions = tomllib.loads(TABLE.read_text(encoding="utf-8"))["function"]
    for function in functions:
        function["params"] = [tuple(p.replace(":", "").split()[:2]) for p in function["params"]]
    return functions


class Library:
    def __init__(self, path):
        self.library = ctypes.CDLL(str(path))
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
            kinds = [kind for _, kind in function["params"]]
            if len(arguments) != len(kinds):
                raise TypeError(f"{name} takes {len(kinds)} arguments, {len(arguments)} given")
            converted = [array(a, FLOAT if kind == "[f64]" else INT) if kind.startswith("[") else a
                         for a, kind in zip(arguments, kinds)]
            result = self._result(call(*converted), function["returns"])
            # These report on errors and set none.
            if not name.startswith("last_error"):
                code = self.library.rt_torch_last_error_code()
                if code:
                    raise Error(code, self.last_error_message())
            return result
        return bound

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
