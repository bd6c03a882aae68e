"""Whether a library can be loaded into this process beside what it has: of two LibTorchs whose files have different names
("libtorch_cpu.so" in a wheel, "libtorch_cpu.so.1.13" of Debian) the second ends the process while it is loaded, before anything
of it could say why. Two of one name are one for the loader; the library itself says where that is not its own.
"""
import ctypes
import os
import pathlib
import re
import subprocess
import sys


class _Object(ctypes.Structure):  # the head of dl_phdr_info
    _fields_ = [("address", ctypes.c_void_p), ("name", ctypes.c_char_p)]


def loaded_files():
    """What the loader has in this process, by the names that it took them by. It is asked itself: a sandbox need not have /proc."""
    names = []

    @ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Object), ctypes.c_size_t, ctypes.c_void_p)
    def each(one, _size, _data):
        names.append(os.fsdecode(one.contents.name or b""))
        return 0
    ctypes.CDLL(None).dl_iterate_phdr(each, None)
    return names


def loaded_libtorchs():
    """Files of a LibTorch that this process has."""
    return sorted(name for name in loaded_files() if os.path.basename(name).startswith("libtorch_cpu.so"))


def search_path():
    """The folders that the loader looks in first, as a dictionary of the environment. It read them when the process began."""
    try:
        began = pathlib.Path("/proc/self/environ").read_bytes().split(b"\0")
        folders = next((line[16:] for line in began if line.startswith(b"LD_LIBRARY_PATH=")), None)
    except OSError:
        folders = os.environb.get(b"LD_LIBRARY_PATH")
    return {b"LD_LIBRARY_PATH": folders} if folders else {}


def needed_libtorch(library):
    """The name of the LibTorch that the loader would bring along, or None. The loader itself lists it, and runs nothing; a name
    without a slash it looks up for this program, as dlopen does. OSError where it cannot."""
    loader = next((name for name in loaded_files() if re.search(r"/ld[^/]*\.so\.\d+$", name)), None)
    if loader is None:
        raise OSError("this process has no loader's file that could be asked")
    asked = [library] if "/" in library else ["--preload", library, sys.executable]
    # As ldd does: what --list does not find ends it, and here it may be in the process.
    ran = subprocess.run([loader, *asked], capture_output=True, env={b"LD_TRACE_LOADED_OBJECTS": b"1", **search_path()}, check=False)
    said = ran.stderr.decode(errors="replace").strip()
    if ran.returncode or "cannot be preloaded" in said:
        raise OSError(said or f"{loader} ended with {ran.returncode}")
    found = re.search(r"^\s*(libtorch_cpu\.so\S*)", ran.stdout.decode(errors="replace"), re.MULTILINE)
    return found[1] if found else None


def is_loaded(library):
    try:
        ctypes.CDLL(library, mode=os.RTLD_NOLOAD)
    except OSError:
        return False
    return True


def conflict(library):
    """Why it must not be loaded, or None. What cannot be told is a reason, too."""
    library = os.fspath(library)
    loaded = loaded_libtorchs()
    if not loaded or is_loaded(library):
        return None
    try:
        needed = needed_libtorch(library)
    except OSError as error:
        return f"which LibTorch {library} needs cannot be told, and this process has loaded {loaded[0]}: {error}"
    if needed is None or needed in {os.path.basename(path) for path in loaded}:
        return None
    return (f"{library} needs {needed}, and this process has loaded {loaded[0]}: two LibTorchs end a process; "
            "build the library with that one, or use it in a process of its own")


class _Torch:
    """Finds no module, and refuses a `torch` that would end the process."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "torch":
            return None
        others = (finder.find_spec(name, path, target) for finder in sys.meta_path if finder is not _Torch)
        spec = next(filter(None, others), None)
        for folder in spec and spec.submodule_search_locations or ():
            for module in sorted(pathlib.Path(folder).glob("_C.*so")):
                reason = conflict(module)
                if reason:
                    raise ImportError(reason, name=name)
        return None


def watch_imports():
    """From now on an `import torch` that would bring a second LibTorch is an ImportError."""
    if _Torch not in sys.meta_path:
        sys.meta_path.insert(0, _Torch)
