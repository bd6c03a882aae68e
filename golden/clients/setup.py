"""Takes the function table along, which stands elsewhere in the project: into a wheel, and into a source distribution, which
is built from where the project is not."""
import pathlib
import shutil

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.command.sdist import sdist

HERE = pathlib.Path(__file__).resolve().parent
COPY = "simple_torch_ffi/functions.toml"


def take_table(folder):
    table = HERE / COPY
    if not table.exists():
        table = HERE.parents[1] / "impl/abi/functions.toml"
    shutil.copyfile(table, pathlib.Path(folder) / COPY)


class WithTable(build_py):
    def run(self):
        super().run()
        take_table(self.build_lib)


class SourcesWithTable(sdist):
    def make_release_tree(self, base_dir, files):
        super().make_release_tree(base_dir, files)
        take_table(base_dir)


setup(cmdclass={"build_py": WithTable, "sdist": SourcesWithTable})
