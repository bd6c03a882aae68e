#!/usr/bin/env python3
"""How mnist_classifier reads IDX files: test_idx.py PROGRAM. A good set is learned; a wrong or torn file is one clear line
on stderr and exit 1."""
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import unittest

SIDE = 28
NAMES = {"train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
         "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")}


def image(label, noise):
    """A bright square at a place of the label's own."""
    pixels = bytearray(noise.randrange(60) for _ in range(SIDE * SIDE))
    top, left = 4 + label // 4 * 8, 2 + label % 4 * 6
    for row in range(top, top + 5):
        pixels[row * SIDE + left:row * SIDE + left + 5] = bytes([230] * 5)
    return bytes(pixels)


def images_file(labels, noise):
    return struct.pack(">IIII", 0x803, len(labels), SIDE, SIDE) + b"".join(image(n, noise) for n in labels)


def labels_file(labels):
    return struct.pack(">II", 0x801, len(labels)) + bytes(labels)


class TestIdx(unittest.TestCase):
    program = None

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.addCleanup(self.temporary.cleanup)
        self.folder = pathlib.Path(self.temporary.name)
        noise = random.Random(1)
        for part, count in (("train", 1000), ("test", 100)):
            labels = [i % 10 for i in range(count)]
            images_name, labels_name = NAMES[part]
            (self.folder / images_name).write_bytes(images_file(labels, noise))
            (self.folder / labels_name).write_bytes(labels_file(labels))

    def run_program(self):
        return subprocess.run([self.program, str(self.folder)], capture_output=True, text=True, check=False)

    def assert_refused(self, name, reason):
        run = self.run_program()
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertEqual(len(run.stderr.splitlines()), 1, run.stderr)
        self.assertIn(name, run.stderr)
        self.assertIn(reason, run.stderr)

    def change(self, name, change):
        path = self.folder / name
        path.write_bytes(change(path.read_bytes()))

    def test_a_good_set_is_learned(self):
        run = self.run_program()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertRegex(run.stdout.splitlines()[-1], r"^✓ Test accuracy: (0\.9[5-9]\d\d|1\.0000)$")

    def test_a_missing_file(self):
        name = NAMES["test"][1]
        (self.folder / name).unlink()
        self.assert_refused(name, "cannot be read")

    def test_a_folder_in_place_of_a_file(self):
        name = NAMES["train"][0]
        (self.folder / name).unlink()
        (self.folder / name).mkdir()
        self.assert_refused(name, "cannot be read")

    def test_torn_files(self):
        for name in (NAMES["train"][0], NAMES["test"][1]):
            whole = (self.folder / name).read_bytes()
            for length in (len(whole) - 1, 7):
                with self.subTest(name=name, length=length):
                    (self.folder / name).write_bytes(whole[:length])
                    self.assert_refused(name, "torn")
            (self.folder / name).write_bytes(whole)

    def test_an_empty_file_and_another_kind_of_file(self):
        name = NAMES["train"][0]
        for content in (b"", b"PK\3\4", (self.folder / NAMES["train"][1]).read_bytes()):
            (self.folder / name).write_bytes(content)
            self.assert_refused(name, "not an IDX file of the expected kind")

    def test_more_bytes_than_elements(self):
        name = NAMES["test"][0]
        self.change(name, lambda content: content + b"\0")
        self.assert_refused(name, "goes on after its last element")

    def test_images_of_another_size(self):
        name = NAMES["train"][0]
        self.change(name, lambda content: content[:8] + struct.pack(">II", 14, 56) + content[16:])
        self.assert_refused(name, "not 28 by 28")

    def test_a_count_that_would_overflow(self):
        name = NAMES["train"][0]
        self.change(name, lambda content: content[:4] + b"\xff\xff\xff\xff" + content[8:])
        self.assert_refused(name, "torn")

    def test_fewer_labels_than_images(self):
        name = NAMES["train"][1]
        (self.folder / name).write_bytes(labels_file([1] * 999))
        self.assert_refused(name, "as many labels as images")

    def test_a_label_over_nine(self):
        name = NAMES["test"][1]
        self.change(name, lambda content: content[:-1] + b"\x0a")
        self.assert_refused(name, "a label is over 9")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: test_idx.py PROGRAM [unittest option...]")
    TestIdx.program = sys.argv.pop(1)
    unittest.main()
