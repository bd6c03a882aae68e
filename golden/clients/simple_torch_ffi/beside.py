"""Whether a library can be loaded into this process beside what it has: of two LibTorchs whose files have different names
("libtorch_cpu.so" in a wheel, "libtorch_cpu.so.1.13" of Debian) the second ends the process while it is loaded, before the
library could say anything. Two of one name are one for the loader; the library itself says where that is not its own.
"""
import os
import re
import subprocess


def loaded_libtorchs():
    """Files of a LibTorch that this process has."""
    try:
        with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
            paths = {line.rstrip("\n").split(None, 5)[5] for line in maps if "/libtorch_cpu.so" in line}
    except OSError:
        return []
    return sorted(paths)


def needed_libtorch(library):
    """The name of the LibTorch that the loader would bring along, or None. Nothing of it is loaded or run."""
    try:
        listed = subprocess.run(["ldd", os.path.abspath(library)], capture_output=True, text=True, check=False).stdout
    except OSError:
        return None
    found = re.search(r"^\s*(libtorch_cpu\.so\S*)", listed, re.MULTILINE)
    return found[1] if found else None


def conflict(library):
    """Why it must not be loaded, or None."""
    loaded = loaded_libtorchs()
    if not loaded or str(os.path.realpath(library)) in loaded:
        return None
    needed = needed_libtorch(library)
    if needed is None or needed in {os.path.basename(path) for path in loaded}:
        return None
    return (f"{library} needs {needed}, and this process has loaded {loaded[0]}: two LibTorchs end a process; "
            "build the library with that one, or use it in a process of its own")
