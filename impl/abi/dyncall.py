"""The dyncall forms: what a runtime calls that can only make calls of the kind int64_t f(int64_t...).

They follow from the function table by these rules; impl/abi/tables/rt_torch_dyncall.tsv lists them, and
impl/abi/check_tables.py compares the two.

    f64 result, or f64 parameters without arrays     NAME_bits: a double travels as its bit pattern
    dims                                             NAME_1d to NAME_4d: one parameter a dim
    a list of tensors                                NAME_2 to NAME_4: one parameter a tensor
    pairs (stride, padding, ...)                     NAME_simple: two parameters a pair
    shape                                            shape_dim: one size
"""
import textwrap

ARRAYS = ("[i64]", "[f64]", "[tensor]")
# Where the contract's list has another name for a parameter than the rule gives.
SHORT = {"negative_slope": "slope"}
PAIRS_OF_CONV = {"stride": ("stride_h", "stride_w"), "padding": ("pad_h", "pad_w"), "dilation": ("dil_h", "dil_w")}
PAIRS_OF_POOL = {"kernel_size": ("kh", "kw"), "stride": ("sh", "sw"), "padding": ("ph", "pw")}


class Form:
    """One dyncall function: its symbol, its parameters' names, and the core call that it makes."""

    def __init__(self, function, suffix, elements):
        """elements: the parameters that stand for each array parameter, by its name."""
        self.function, self.symbol = function, function["symbol"] + suffix
        self.parameters, self.arrays, self.arguments = [], [], []
        for p in function["params"]:
            name = p["name"]
            if p["type"] in ARRAYS:
                self.parameters += elements[name]
                self.arrays.append((name, elements[name]))
                self.arguments.append("&" + name)
            elif p["type"] == "f64":
                bits = SHORT.get(name, name) + "_bits"
                self.parameters.append(bits)
                self.arguments.append(f"from_bits({bits})")
            else:
                self.parameters.append(name)
                self.arguments.append(f"{name} != 0" if p["type"] == "bool" else name)

    def declaration(self):
        text = f"int64_t {self.symbol}({', '.join('int64_t ' + p for p in self.parameters)})"
        return textwrap.fill(text, 115, subsequent_indent="    ")

    def definition(self):
        lines = [self.declaration() + " {"]
        for name, elements in self.arrays:
            items = ", ".join(f"INT({e})" for e in elements)
            lines.append(f"    const SplArray {name} = {{(SplValue[]){{{items}}}, {len(elements)}, {len(elements)}}};")
        call = f"{self.function['symbol']}({', '.join(self.arguments)})"
        lines.append(f"    return {'to_bits(' + call + ')' if self.function['returns'] == 'f64' else call};")
        return "\n".join(lines + ["}"])


def forms_of(f):
    roles = {p["role"]: p["name"] for p in f["params"] if p["type"] in ARRAYS}
    if not roles:
        if f["returns"] == "f64" or any(p["type"] == "f64" for p in f["params"]):
            yield Form(f, "_bits", {})
    elif "data" in roles:
        return  # elements cannot travel as single numbers
    elif "pair" in roles:
        yield Form(f, "_simple", PAIRS_OF_CONV if f["name"].startswith("conv") else PAIRS_OF_POOL)
    elif any(p["type"] == "[tensor]" for p in f["params"]):
        for n in (2, 3, 4):
            yield Form(f, f"_{n}", {"tensors": [f"t{i}" for i in range(n)]})
    else:
        name = roles.get("dims", roles.get("order"))
        first, last = {"order": (2, 4), "dims": (1, 2 if name == "normalized_shape" else 4)}[list(roles)[0]]
        letter = "n" if name == "normalized_shape" else "d"
        for n in range(first, last + 1):
            yield Form(f, f"_{n}d", {name: [f"{letter}{i}" for i in range(n)]})


def forms(functions):
    return [form for f in functions if f["set"] == "core" for form in forms_of(f)]


SHAPE_DIM = "int64_t rt_torch_torchtensor_shape_dim(int64_t handle, int64_t dim)"


def symbols(functions):
    return [form.symbol for form in forms(functions)] + ["rt_torch_torchtensor_shape_dim"]


def header(functions, caution):
    out = [f"/* {caution} */",
           "/* The dyncall forms of rt_torch.h: every parameter and result is int64_t. Each equals the core function that its name",
           " * begins with; doubles travel as their bit patterns, bool as zero or not. A failed call returns the core function's",
           " * sentinel, where the result is a double 0x7ff8000000000000. */",
           "#ifndef RT_TORCH_DYNCALL_H", "#define RT_TORCH_DYNCALL_H", "", "#include <stdint.h>", "",
           "#ifdef __cplusplus", 'extern "C" {', "#endif", "", "/* clang-format off */", ""]
    out += [form.declaration() + ";" for form in forms(functions)]
    out += ["/* The size of one dim, which counts from the end when negative; -1 on failure. */", SHAPE_DIM + ";", "",
            "/* clang-format on */", "", "#ifdef __cplusplus", "}", "#endif", "", "#endif", ""]
    return "\n".join(out)


def definitions(functions, caution):
    rows = [(form.symbol, len(form.parameters)) for form in forms(functions)] + [("rt_torch_torchtensor_shape_dim", 2)]
    return "\n".join([f"// {caution}", "// RT_DYNCALL(symbol, number of parameters)", ""]
                     + [f"RT_DYNCALL({symbol}, {count})" for symbol, count in rows] + [""])


def source(functions, caution):
    out = [f"/* {caution} */", '#include "impl/dynload/rt_torch_dyncall.h"', "", '#include "impl/abi/rt_torch.h"',
           '#include "impl/dynload/bits.h"', "", "/* clang-format off */", ""]
    for form in forms(functions):
        out += [form.definition(), ""]
    return "\n".join(out + ["/* clang-format on */", ""])


def loaded(functions, caution, c_type, c_params):
    """The core and control functions as a program's own, forwarding to a library that is opened when the program starts."""
    def pointer(f):
        return f"{c_type[f['returns']]} (*{f['name']}_)({c_params(f, names=False) or 'void'})"

    def forward(f):
        call = f"{f['name']}_({', '.join(p['name'] for p in f['params'])});"
        head = textwrap.fill(f"{c_type[f['returns']]} {f['symbol']}({c_params(f)}) {{", 115, subsequent_indent="    ")
        return head + f"\n    {'' if f['returns'] == 'void' else 'return '}{call}\n}}"

    out = [f"/* {caution} */", '#include "impl/abi/rt_torch.h"', '#include "impl/dynload/loaded.h"', "", "/* clang-format off */",
           ""]
    out += [f"static {pointer(f)};" for f in functions] + [""]
    out += [forward(f) for f in functions]
    out += ["", "static const LoadedFunction functions[] = {"]
    out += [f'    {{"{f["symbol"]}", (void**)&{f["name"]}_}},' for f in functions]
    return "\n".join(out + ["    {0, 0},", "};", "",
                            "__attribute__((constructor)) static void load(void) { load_functions(functions); }", "", "/* clang-format on */", ""])
