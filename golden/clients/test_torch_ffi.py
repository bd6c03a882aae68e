#!/usr/bin/env python3
"""The library through ctypes: test_torch_ffi.py LIBRARY. Values are checked where the library has any."""
import math
import sys
import unittest

import rt_torch


class TestTorchFfi(unittest.TestCase):
    torch = None

    def setUp(self):
        self.live = self.torch.live_tensors()
        self.real = self.torch.available()
        self.handles = []

    def tearDown(self):
        for handle in self.handles:
            self.torch.free(handle)
        self.assertEqual(self.torch.live_tensors(), self.live, "every handle is given back")

    def held(self, handle):
        self.handles.append(handle)
        return handle

    def ones(self, *dims):
        return self.held(self.torch.ones(list(dims)))

    def assert_code(self, code, call, *arguments):
        with self.assertRaises(rt_torch.Error) as raised:
            call(*arguments)
        self.assertEqual(raised.exception.code, code, str(raised.exception))

    def assert_values(self, handle, expected):
        if self.real:
            self.assertEqual(self.torch.to_data(handle), expected)

    def test_every_function_of_the_table_is_there(self):
        self.assertEqual(len(self.torch.functions), 125)

    def test_version_and_mode_agree(self):
        self.assertEqual(self.torch.abi_version(), 1000)
        self.assertEqual(self.torch.version() == "stub", not self.real)

    def test_creation_gives_the_shape_asked_for(self):
        for maker in ("zeros", "ones", "randn", "rand", "empty"):
            tensor = self.held(getattr(self.torch, maker)([2, 0, 3]))
            self.assertEqual(self.torch.shape(tensor), [2, 0, 3], maker)
            self.assertEqual(self.torch.numel(tensor), 0, maker)
        self.assertEqual(self.torch.shape(self.ones()), [])

    def test_data_goes_in_and_comes_out(self):
        numbers = [0.1, -2.5, 3e300, 0.0]
        tensor = self.held(self.torch.from_data(numbers, [2, 2]))
        self.assertEqual(self.torch.dtype(tensor), 2)
        self.assert_values(tensor, numbers)
        whole = self.held(self.torch.from_i64_data([1, 2, 3], [3]))
        self.assertEqual(self.torch.dtype(whole), 3)
        self.assert_values(whole, [1.0, 2.0, 3.0])

    def test_arithmetic_broadcasts(self):
        total = self.held(self.torch.add(self.ones(2, 3), self.ones(3)))
        self.assertEqual(self.torch.shape(total), [2, 3])
        self.assert_values(total, [2.0] * 6)

    def test_lists_of_tensors(self):
        joined = self.held(self.torch.cat([self.ones(1, 2), self.ones(2, 2)], 0))
        self.assertEqual(self.torch.shape(joined), [3, 2])
        pieces = [self.held(piece) for piece in self.torch.chunk(joined, 2, 0)]
        self.assertEqual([self.torch.shape(piece) for piece in pieces], [[2, 2], [1, 2]])

    def test_faults_have_their_codes_and_name_the_function(self):
        self.assert_code(1, self.torch.add, 0, 0)
        self.assert_code(2, self.torch.zeros, [-1])
        self.assert_code(3, self.torch.add, self.ones(2, 3), self.ones(4))
        self.assert_code(4, self.torch.gelu, self.held(self.torch.from_i64_data([1], [1])))
        self.assert_code(5, self.torch.sum_dim, self.ones(2), 1, False)
        self.assert_code(9, self.torch.no_grad_end)
        with self.assertRaisesRegex(rt_torch.Error, "rt_torch_tensor_zeros"):
            self.torch.zeros([-1])

    def test_a_freed_handle_is_never_valid_again(self):
        tensor = self.torch.ones([1])
        self.torch.free(tensor)
        for _ in range(100):
            self.ones(1)
        self.assert_code(1, self.torch.numel, tensor)

    def test_gradients(self):
        x = self.held(self.torch.from_data([1.0, 2.0, 3.0], [3]))
        self.assertEqual(self.torch.grad(x), 0)
        self.torch.set_requires_grad(x, True)
        loss = self.held(self.torch.mse_loss_tensor(x, self.held(self.torch.zeros([3]))))
        self.torch.backward(loss)
        gradient = self.held(self.torch.grad(x))
        self.assertEqual(self.torch.shape(gradient), [3])
        if self.real:
            for got, number in zip(self.torch.to_data(gradient), (1.0, 2.0, 3.0)):
                self.assertTrue(math.isclose(got, 2 * number / 3, rel_tol=1e-15))

    def test_no_grad_nests(self):
        x = self.ones(1)
        self.torch.set_requires_grad(x, True)
        self.torch.no_grad_begin()
        self.torch.no_grad_begin()
        self.torch.no_grad_end()
        self.assertFalse(self.torch.requires_grad(self.held(self.torch.neg(x))))
        self.torch.no_grad_end()
        self.assertTrue(self.torch.requires_grad(self.held(self.torch.neg(x))))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: test_torch_ffi.py LIBRARY [unittest option...]")
    TestTorchFfi.torch = rt_torch.Library(sys.argv.pop(1))
    unittest.main()
