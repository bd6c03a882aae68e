#!/usr/bin/env python3
"""The library through ctypes: test_torch_ffi.py LIBRARY. Values are checked where the library has any."""
import math
import sys
import unittest

import simple_torch_ffi as rt_torch


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

    def test_integers_are_not_wrapped(self):
        for n in (2**64 + 2, 2**63, -2**63 - 1):
            with self.assertRaisesRegex(OverflowError, rf"eye: n is {n}, outside int64's range -{2**63} to {2**63 - 1}"):
                self.torch.eye(n)
        self.assert_code(2, self.torch.eye, -2**63)
        self.assert_code(1, self.torch.numel, 2**63 - 1)
        with self.assertRaisesRegex(OverflowError, rf"cuda: device_id is {2**32}, outside int32's range -{2**31} to {2**31 - 1}"):
            self.torch.cuda(self.ones(1), 2**32)
        with self.assertRaisesRegex(OverflowError, rf"zeros: dims\[1\] is {2**64 + 3}, outside int64's range"):
            self.torch.zeros([2, 2**64 + 3])
        with self.assertRaisesRegex(OverflowError, rf"cat: tensors\[0\] is {2**65}, outside int64's range"):
            self.torch.cat([2**65], 0)
        with self.assertRaisesRegex(OverflowError, "full: value is 1000+, outside float64's range"):
            self.torch.full([1], 10**400)

    def test_what_is_no_number_of_its_kind_is_refused(self):
        one = self.ones(1)
        for message, call in {
                "eye: n takes an integer, not 2.0": lambda: self.torch.eye(2.0),
                "eye: n takes an integer, not None": lambda: self.torch.eye(None),
                r"zeros: dims\[0\] takes an integer, not 2.5": lambda: self.torch.zeros([2.5]),
                "full: value takes a number, not '1'": lambda: self.torch.full([1], "1"),
                r"from_data: data\[1\] takes a number, not None": lambda: self.torch.from_data([1.0, None], [2]),
                "sum_dim: keepdim takes True or False, not 'no'": lambda: self.torch.sum_dim(one, 0, "no"),
                "sum_dim: keepdim takes True or False, not 2": lambda: self.torch.sum_dim(one, 0, 2)}.items():
            with self.assertRaisesRegex(TypeError, message):
                call()

    def test_numbers_that_python_takes_for_each_other_are_taken(self):
        class Index:  # as NumPy's integers
            def __index__(self):
                return 2
        self.assertEqual(self.torch.shape(self.held(self.torch.zeros([Index(), True]))), [2, 1])
        self.assertEqual(self.torch.shape(self.held(self.torch.sum_dim(self.ones(2, 3), 0, 1))), [1, 3])
        self.assert_values(self.held(self.torch.full([2], 3)), [3.0, 3.0])
        self.assert_values(self.held(self.torch.from_data([1, Index()], [2])), [1.0, 2.0])

    def test_a_scope_frees_what_it_holds(self):
        with self.assertRaises(rt_torch.Error), self.torch.scope() as held:
            kept = held(self.torch.ones([2]))
            self.assertEqual(self.torch.numel(kept), 2)
            self.torch.add(kept, 0)
        self.assert_code(1, self.torch.numel, kept)

    def test_a_scope_frees_all_whatever_was_freed_before(self):
        with self.assertRaises(rt_torch.Error) as raised, self.torch.scope() as held:
            first, second = held(self.torch.ones([2])), held(self.torch.ones([2]))
            self.torch.free(first)
        self.assertEqual(raised.exception.code, 1)
        self.assert_code(1, self.torch.numel, second)

    def test_the_error_of_a_scope_is_its_blocks_own(self):
        with self.assertRaisesRegex(ValueError, "mine"), self.torch.scope() as held:
            first, second = held(self.torch.ones([2])), held(self.torch.ones([2]))
            self.torch.free(first)
            raise ValueError("mine")
        self.assert_code(1, self.torch.numel, second)

    def test_a_scope_holds_lists_and_no_tensor_and_refuses_what_is_no_handle(self):
        with self.torch.scope() as held:
            pieces = held(self.torch.chunk(held(self.torch.ones([4])), 2, 0))
            self.assertEqual([self.torch.numel(piece) for piece in pieces], [2, 2])
            self.assertEqual(held(self.torch.grad(pieces[0])), 0)
            for message, given in (("held: handle takes an integer, not None", None), ("held: handle takes an integer, not 'x'", "x"),
                                   (r"held: handle\[1\] takes an integer, not 2.0", [0, 2.0])):
                with self.assertRaisesRegex(TypeError, message):
                    held(given)
        for piece in pieces:
            self.assert_code(1, self.torch.numel, piece)

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
