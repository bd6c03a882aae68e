// Faults that are libraries of their own (see CMakeLists.txt): forms that shadow those of the right library, symbols
// that are not there.
#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

const std::vector<PlantedFault>& library_faults() {
    static const std::vector<PlantedFault> faults{
        {"zeros_4d.reversed", Fn::zeros, "zeros_4d reverses its dims", Kind::dyncall, "L2", "dynamic", nothing, "",
         false, "libfault_zeros_4d.so"},
        {"arange_bits.numbers", Fn::arange, "arange_bits takes bits for whole numbers", Kind::dyncall, "L2", "dynamic",
         nothing, "", false, "libfault_arange_bits.so"},
        {"cat_3.two", Fn::cat, "cat_3 drops the third tensor", Kind::dyncall, "L2", "dynamic", nothing, "", false,
         "libfault_cat_3.so"},
        {"conv2d_simple.exchanged", Fn::conv2d, "conv2d_simple exchanges rows and columns", Kind::dyncall, "L2",
         "dynamic", nothing, "", false, "libfault_conv2d_simple.so"},
        {"batch_norm_bits.trains", Fn::batch_norm, "batch_norm_bits always trains", Kind::dyncall, "L2", "dynamic",
         nothing, "", false, "libfault_batch_norm_bits.so"},
        {"sum_bits.zero", Fn::sum, "sum_bits of a failed call gives 0", Kind::dyncall, "L2", "dynamic", nothing, "",
         false, "libfault_sum_bits_zero.so"},
        {"sum_bits.rounded", Fn::sum, "sum_bits gives a number and not its bits", Kind::dyncall, "L2", "dynamic",
         nothing, "", false, "libfault_sum_bits.so"},
        {"shape_dim.no_code", Fn::shape, "shape_dim of a bad dim leaves code 0", Kind::dyncall, "L2", "dynamic",
         nothing, "", false, "libfault_shape_dim.so"},
        {"exp.not_exported", Fn::exp, "exp is not exported", Kind::symbols, "L1", "library", nothing, "", false,
         "libfault_no_exp.so"},
        {"available.unresolved", Fn::available, "the library needs a symbol that nothing has", Kind::symbols, "E1",
         "library", nothing, "", false, "libfault_unresolved.so"},
    };
    return faults;
}

}  // namespace simple
