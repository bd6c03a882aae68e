"""Which LibTorch and which BLAS a program of the build is linked with."""
import pathlib
import re
import subprocess


def libtorch_file(program):
    """The file of LibTorch that the loader takes for the program."""
    found = subprocess.run(["ldd", program], capture_output=True, text=True).stdout
    file = re.search(r"libtorch_cpu\.so\S* => (\S+)", found)
    if not file:
        raise OSError(f"{program} is linked with no LibTorch that the loader finds")
    return pathlib.Path(file[1]).resolve()


def libtorch_name(file):
    """Its version, and where it is from."""
    owner = subprocess.run(["dpkg-query", "-S", file], capture_output=True, text=True).stdout.split(": ")[0]
    if owner:
        package = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", owner], capture_output=True, text=True, check=True)
        return f"{package.stdout} (Debian)"
    version = (file.parent.parent / "version.py").read_text(encoding="utf-8")
    return f"{re.search('__version__ = .(.+).$', version, re.MULTILINE)[1]} (wheel)"


def short(name):
    """Without what does not change results: Debian's revision, the kind of a wheel. "Debian 1.13.1"."""
    version, origin = re.fullmatch(r"([0-9.]+).* \((.+)\)", name).groups()
    return f"{origin} {version}"


def blas_libraries():
    """The folders of each BLAS of Debian with its LAPACK, by name, as LD_LIBRARY_PATH takes them."""
    found = {}
    for blas in sorted(pathlib.Path("/usr/lib").glob("*/*/libblas.so.3")):
        lapack = blas.with_name("liblapack.so.3")
        if not lapack.exists():
            lapack = blas.parent.parent / "lapack/liblapack.so.3"
        if lapack.exists():
            found[blas.parent.name] = f"{blas.parent}:{lapack.parent}"
    return found
