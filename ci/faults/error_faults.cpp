// Codes, sentinels, messages.
#include <cstring>

#include "ci/faults/planting.h"

namespace simple {

using namespace planted;

const std::vector<PlantedFault>& error_faults() {
    static const std::vector<PlantedFault> faults{
        {"zeros.code_7_is_2", Fn::zeros, "zeros reports too much memory as code 2", Kind::errors, "E3",
         "golden differential", recode<&Backend::zeros, 7, 2>},
        {"ones.code_7_is_100", Fn::ones, "ones reports too much memory as code 100", Kind::errors, "E3", "golden",
         recode<&Backend::ones, 7, 100>},
        {"rand.code_7_is_100", Fn::rand, "rand reports too much memory as code 100", Kind::errors, "E3", "golden",
         recode<&Backend::rand, 7, 100>},
        {"empty.code_7_is_2", Fn::empty, "empty reports too much memory as code 2", Kind::errors, "E3", "golden",
         recode<&Backend::empty, 7, 2>},
        {"linspace.code_7_is_2", Fn::linspace, "linspace reports too much memory as code 2", Kind::errors, "E3",
         "golden differential", recode<&Backend::linspace, 7, 2>},
        {"dot.code_3_is_2", Fn::dot, "dot reports sizes as code 2", Kind::errors, "E3", "golden differential",
         recode<&Backend::dot, 3, 2>},
        {"det.code_4_is_2", Fn::det, "det reports int64 as code 2", Kind::errors, "E3", "golden differential",
         recode<&Backend::det, 4, 2>},
        {"norm.code_4_is_2", Fn::norm, "norm reports int64 as code 2", Kind::errors, "E3", "golden differential",
         recode<&Backend::norm, 4, 2>},
        {"svd.code_6_is_100", Fn::svd, "svd reports what is not finite as code 100", Kind::errors, "E3", "golden",
         recode<&Backend::svd, 6, 100>},
        {"eig.code_3_is_2", Fn::eig, "eig reports a matrix that is not square as code 2", Kind::errors, "E3",
         "golden differential", recode<&Backend::eig, 3, 2>},
        {"argmin.code_5_is_2", Fn::argmin, "argmin reports a dim out of range as code 2", Kind::errors, "E3",
         "golden differential", recode<&Backend::argmin, 5, 2>},
        {"min_dim.code_3_is_2", Fn::min_dim, "min_dim reports reducing nothing as code 2", Kind::errors, "E3",
         "golden differential", recode<&Backend::min_dim, 3, 2>},
        {"var.code_4_is_3", Fn::var, "var reports int64 as code 3", Kind::errors, "E3", "golden differential",
         recode<&Backend::var, 4, 3>},
        {"squeeze_dim.code_5_is_3", Fn::squeeze_dim, "squeeze_dim reports a dim out of range as code 3", Kind::errors,
         "E3", "golden differential", recode<&Backend::squeeze_dim, 5, 3>},
        {"permute.code_2_is_5", Fn::permute, "permute reports a repeated dim as code 5", Kind::errors, "E3",
         "golden differential", recode<&Backend::permute, 2, 5>},
        {"stack.code_3_is_2", Fn::stack, "stack reports unequal shapes as code 2", Kind::errors, "E3",
         "golden differential", recode<&Backend::stack, 3, 2>},
        {"avg_pool2d.code_2_is_3", Fn::avg_pool2d, "avg_pool2d reports a bad kernel as code 3", Kind::errors, "E3",
         "golden differential", recode<&Backend::avg_pool2d, 2, 3>},
        {"cross_entropy.code_5_is_2", Fn::cross_entropy, "cross_entropy reports a class out of range as code 2",
         Kind::errors, "E3", "golden", recode<&Backend::cross_entropy, 5, 2>},
        {"binary_cross_entropy.code_2_is_5", Fn::binary_cross_entropy,
         "binary_cross_entropy reports a target outside [0, 1] as code 5", Kind::errors, "E3", "golden",
         recode<&Backend::binary_cross_entropy, 2, 5>},
        {"mse_loss.code_3_is_2", Fn::mse_loss, "mse_loss reports shapes as code 2", Kind::errors, "E3",
         "golden differential", recode<&Backend::mse_loss, 3, 2>},
        {"to_stream.code_8_is_2", Fn::to_stream, "to_stream reports absent CUDA as code 2", Kind::errors, "E3",
         "golden differential", recode<&Backend::to_stream, 8, 2>},
        {"stream_create.code_8_is_5", Fn::stream_create, "stream_create reports absent CUDA as code 5", Kind::errors,
         "E3", "golden differential", recode<&Backend::stream_create, 8, 5>},
        {"no_grad_end.code_9_is_2", Fn::no_grad_end, "no_grad_end reports an unbalanced end as code 2", Kind::errors,
         "E3", "golden differential", recode<&Backend::no_grad_end, 9, 2>},
        {"mean_dim.code_5_is_2", Fn::mean_dim, "mean_dim reports a dim out of range as code 2", Kind::errors, "E3",
         "golden differential", recode<&Backend::mean_dim, 5, 2>},
        {"gelu.code_4_is_2", Fn::gelu, "gelu reports int64 as code 2", Kind::errors, "E3", "golden differential",
         recode<&Backend::gelu, 4, 2>},
        {"leaky_relu.code_2_is_5", Fn::leaky_relu, "leaky_relu reports a slope that float32 cannot hold as code 5",
         Kind::errors, "E3", "golden differential", recode<&Backend::leaky_relu, 2, 5>},
        {"layer_norm.code_2_is_3", Fn::layer_norm, "layer_norm reports an empty shape as code 3", Kind::errors, "E3",
         "golden differential", recode<&Backend::layer_norm, 2, 3>},
        {"view.code_3_is_2", Fn::view, "view reports sizes as code 2", Kind::errors, "E3", "golden differential",
         recode<&Backend::view, 3, 2>},
        {"reshape.code_2_is_3", Fn::reshape, "reshape reports two -1 as code 3", Kind::errors, "E3",
         "golden differential", recode<&Backend::reshape, 2, 3>},
        {"from_i64_data.code_2_is_3", Fn::from_i64_data, "from_i64_data reports a wrong count as code 3", Kind::errors,
         "E3", "golden differential", recode<&Backend::from_i64_data, 2, 3>},
        {"requires_grad.code_1_is_2", Fn::requires_grad, "requires_grad reports an unknown handle as code 2",
         Kind::errors, "E3", "golden differential", recode<&Backend::requires_grad, 1, 2>},
        {"detach.code_1_is_2", Fn::detach, "detach reports an unknown handle as code 2", Kind::errors, "E3",
         "golden differential", recode<&Backend::detach, 1, 2>},
        {"stream_free.code_1_is_2", Fn::stream_free, "stream_free reports an unknown stream as code 2", Kind::errors,
         "E3", "golden differential", recode<&Backend::stream_free, 1, 2>},
        {"sum.failure_gives_0", Fn::sum, "a failed sum returns 0", Kind::errors, "E2", "golden",
         sentinel<&Backend::sum, 0>},
        {"mean.failure_gives_0", Fn::mean, "a failed mean returns 0", Kind::errors, "E2", "golden",
         sentinel<&Backend::mean, 0>},
        {"ndim.failure_gives_0", Fn::ndim, "a failed ndim returns 0", Kind::errors, "E2", "golden",
         sentinel<&Backend::ndim, 0>},
        {"numel.failure_gives_0", Fn::numel, "a failed numel returns 0", Kind::errors, "E2", "golden",
         sentinel<&Backend::numel, 0>},
        {"device.failure_gives_minus_1", Fn::device, "a failed device returns -1, which is the CPU", Kind::errors, "E2",
         "golden", sentinel<&Backend::device, -1>},
        {"exp.failure_gives_minus_1", Fn::exp, "a failed exp returns -1", Kind::errors, "E2", "golden",
         sentinel<&Backend::exp, -1>},
        {"dtype.failure_gives_0", Fn::dtype, "a failed dtype returns 0", Kind::errors, "E2", "golden",
         sentinel<&Backend::dtype, 0>},
        {"stream_query.failure_gives_1", Fn::stream_query, "a failed stream_query returns true", Kind::errors, "E2",
         "golden", sentinel<&Backend::stream_query, 1>},
        {"is_cuda.failure_gives_1", Fn::is_cuda, "a failed is_cuda returns true", Kind::errors, "E2", "golden",
         sentinel<&Backend::is_cuda, 1>},
        {"requires_grad.failure_gives_1", Fn::requires_grad, "a failed requires_grad returns true", Kind::errors, "E2",
         "golden", sentinel<&Backend::requires_grad, 1>},
        {"cuda.device_first", Fn::cuda, "cuda judges the device before the handle", Kind::errors, "E4", "golden",
         [](Backend& to) {
             to.cuda = [](int64_t x, int32_t id) {
                 const int64_t result = inner().cuda(x, id);
                 if (inner().last_error_code() == 1) leave_code(Code::unsupported);
                 return result;
             };
         }},
        {"softmax.dtype_first", Fn::softmax, "softmax judges the dtype before the dim", Kind::errors, "E4", "golden",
         [](Backend& to) {
             to.softmax = [](int64_t x, int64_t dim) {
                 const int64_t result = inner().softmax(x, dim);
                 if (inner().last_error_code() == 5 && inner().dtype(x) == 3) leave_code(Code::dtype);
                 return result;
             };
         }},
        {"ndim.code_kept", Fn::ndim, "ndim leaves the code of the call before", Kind::errors, "E5", "property",
         [](Backend& to) {
             to.ndim = [](int64_t x) {
                 const int32_t before = inner().last_error_code();
                 const int64_t n = inner().ndim(x);
                 if (n >= 0 && before != 0) leave_code(static_cast<Code>(before));
                 return n;
             };
         }},
        {"last_error_code.once", Fn::last_error_code, "last_error_code clears what it tells", Kind::errors, "E5",
         "golden",
         [](Backend& to) {
             to.last_error_code = [] {
                 const int32_t code = inner().last_error_code();
                 inner().clear_error();
                 return code;
             };
         }},
        {"last_error_message.anonymous", Fn::last_error_message, "messages do not name the function", Kind::errors,
         "E6", "golden",
         [](Backend& to) {
             to.last_error_message = [] {
                 char* text = inner().last_error_message();
                 for (char* at = text; (at = std::strstr(at, "rt_torch_"));) std::memset(at, '?', 9);
                 return text;
             };
         }},
    };
    return faults;
}

}  // namespace simple
