#!/usr/bin/env python3
"""golden/versions with answers that are made up: its tables, and how it compares answers with them."""
import contextlib
import importlib.machinery
import importlib.util
import io
import json
import pathlib
import sys
import tempfile
import unittest
import unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))
LOADER = importlib.machinery.SourceFileLoader("versions", str(HERE / "versions"))
versions = importlib.util.module_from_spec(importlib.util.spec_from_loader("versions", LOADER))
LOADER.exec_module(versions)


def said(name, blas="openblas", **answers):
    return {"name": name, "day": "2026-01-02", "capability": "AVX2", "blas": blas, "answers": answers}


OLD = said("1.13.1+dfsg-4 (Debian)", sum="right", norm="-1 %", threads="1")
NEW = said("2.6.0+dfsg-7 (Debian)", sum="right", norm="-2 %", threads="half or all")


class Document(unittest.TestCase):
    """A document with the columns of OLD and NEW."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        versions.DOCUMENT = self.folder / "document.md"
        versions.DOCUMENT.write_text("before\n<!-- versions -->\n<!-- end of versions -->\nafter\n")
        self.write(NEW, OLD)

    def write(self, *answers):
        files = []
        for number, one in enumerate(answers):
            files.append(self.folder / f"{number}.json")
            files[-1].write_text(json.dumps(one))
        self.assertEqual(versions.main(["--write", *map(str, files)]), 0)

    def checked(self, one):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = versions.check(one)
        return code, out.getvalue()

    def text(self):
        return versions.DOCUMENT.read_text()


class Writing(Document):
    def test_what_differs_and_what_is_alike_are_told_apart(self):
        self.assertEqual(self.text(), """before
<!-- versions -->
* 1.13.1+dfsg-4 (Debian): 2026-01-02, AVX2, BLAS openblas
* 2.6.0+dfsg-7 (Debian): 2026-01-02, AVX2, BLAS openblas

| what differs by version | 1.13.1+dfsg-4 (Debian) | 2.6.0+dfsg-7 (Debian) |
| --- | --- | --- |
| norm | -1 % | -2 % |
| threads | 1 | half or all |

| alike on all | answer |
| --- | --- |
| sum | right |
<!-- end of versions -->
after
""")

    def test_one_column_is_written_again_and_the_others_stay(self):
        self.write(said("2.6.0+dfsg-8 (Debian)", sum="-3 %", norm="-1 %", threads="1"))
        self.assertIn("| what differs by version | 1.13.1+dfsg-4 (Debian) | 2.6.0+dfsg-8 (Debian) |\n| --- | --- | --- |\n"
                      "| sum | right | -3 % |\n", self.text())
        self.assertIn("| norm | -1 % |\n| threads | 1 |\n<!-- end", self.text())

    def test_debians_own_come_before_wheels_and_a_question_may_be_new(self):
        self.write(said("2.0.1+cpu (wheel)", sum="right", norm="-1 %", threads="1", new="yes"))
        self.assertIn("| 2.6.0+dfsg-7 (Debian) | 2.0.1+cpu (wheel) |\n", self.text())
        self.assertIn("| new | ? | ? | yes |\n", self.text())


class Checking(Document):
    def test_the_answers_of_the_document(self):
        self.assertEqual(self.checked(OLD), (0, "1.13.1+dfsg-4 (Debian): 3 answers, 0 of them not the document's\n"))

    def test_another_revision_of_the_package_gives_the_same_answers(self):
        self.assertEqual(self.checked({**OLD, "name": "1.13.1+dfsg-9 (Debian)"})[0], 0)

    def test_another_answer_is_named(self):
        code, text = self.checked(said(OLD["name"], sum="right", norm="-5 %", threads="1"))
        self.assertEqual(code, 1)
        self.assertIn("norm: -5 %, the document has -1 %\n", text)

    def test_a_row_without_a_question_and_a_question_without_a_row(self):
        code, text = self.checked(said(OLD["name"], sum="right", threads="1", new="yes"))
        self.assertEqual(code, 1)
        self.assertIn("norm: no question, the document has -1 %\n", text)
        self.assertIn("new: yes, the document has no row\n", text)

    def test_what_this_machine_cannot_tell_apart_is_no_difference(self):
        self.assertEqual(self.checked(said(NEW["name"], sum="right", norm="-2 %", threads="all or double"))[0], 0)
        self.assertEqual(self.checked(said(NEW["name"], sum="right", norm="-2 %", threads="double"))[0], 1)

    def test_a_question_that_takes_root_is_no_failure(self):
        code, text = self.checked(said(OLD["name"], sum=None, norm="-1 %", threads="1"))
        self.assertEqual(code, 0)
        self.assertIn("not asked, it takes root: sum\n", text)

    def test_nothing_to_compare_with_is_no_pass(self):
        self.assertEqual(self.checked(said("2.7.0+dfsg-1 (Debian)", sum="right"))[0], 77)
        code, text = self.checked({**OLD, "blas": "blas"})
        self.assertEqual(code, 77)
        self.assertIn("was asked with openblas, here is blas", text)


class Command(unittest.TestCase):
    def test_a_program_that_does_not_answer_is_named(self):
        self.enterContext(unittest.mock.patch.object(versions, "has_avx2", lambda: True))
        for program in ("/bin/false", "/absent"):
            error = io.StringIO()
            with contextlib.redirect_stderr(error):
                self.assertEqual(versions.main(["--check", program]), 2)
            self.assertTrue(error.getvalue().startswith(f"golden/versions: {program}: "), error.getvalue())

    def test_usage(self):
        with contextlib.redirect_stderr(io.StringIO()):
            for wrong in (["--unknown"], ["one", "two"], ["--check", "file.json"]):
                self.assertEqual(versions.main(wrong), 64, wrong)


if __name__ == "__main__":
    unittest.main()
