#include "golden/dynamic/forms.h"

#include <gtest/gtest.h>

#include <set>

#include "golden/dynamic/recorded_forms.h"
#include "golden/suite/golden_case.h"

namespace simple::golden {
namespace {

TEST(Forms, AreFoundByTheLengthsOfTheArrays) {
    EXPECT_EQ(form_of(Fn::full, {3})->symbol, "rt_torch_tensor_full_3d");
    EXPECT_EQ(form_of(Fn::full, {5}), nullptr);
    EXPECT_EQ(form_of(Fn::stack, {4})->symbol, "rt_torch_torchtensor_stack_4");
    EXPECT_EQ(form_of(Fn::conv2d, {2, 2, 2})->symbol, "rt_torch_nn_conv2d_simple");
    EXPECT_EQ(form_of(Fn::conv2d, {2, 0, 2}), nullptr);
    EXPECT_EQ(form_of(Fn::sum, {})->symbol, "rt_torch_torchtensor_sum_bits");
    EXPECT_EQ(form_of(Fn::neg, {}), nullptr);
}

// Every form but shape_dim, which no core function is: a size and not the list.
TEST(Forms, HaveRecordedValuesAndErrors) {
    std::set<std::string> values, errors;
    for (const GoldenCase& c : read_golden(SIMPLE_GOLDEN_FOLDER).cases)
        if (const Form* form = recorded_form(c)) (c.error ? errors : values).insert(form->symbol);
    for (const Form& form : forms()) {
        if (form.symbol == "rt_torch_torchtensor_shape_dim") continue;
        EXPECT_TRUE(values.count(form.symbol)) << form.symbol << " has no recorded value";
        EXPECT_TRUE(errors.count(form.symbol)) << form.symbol << " has no recorded error";
    }
}

}  // namespace
}  // namespace simple::golden
