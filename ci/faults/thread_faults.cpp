// What shows only with several threads, or after a fork.
#include <unistd.h>

#include "ci/faults/conditions.h"

namespace simple {

using namespace planted;

namespace {

// Handles of a parent's are unknown in its children.
template <auto F, typename... A>
void plant_in_child(Backend& to, int64_t (*Backend::*)(A...)) {
    static const pid_t first = getpid();
    to.*F = [](A... a) -> int64_t {
        if (getpid() == first) return (inner().*F)(a...);
        leave_code(Code::other);
        return 0;
    };
}
template <auto F>
void in_child(Backend& to) {
    plant_in_child<F>(to, F);
}

}  // namespace

const std::vector<PlantedFault>& thread_faults() {
    static const std::vector<PlantedFault> faults{
        {"exp.racing", Fn::exp, "exp keeps its arguments in one place for all threads", Kind::threads, "H4", "property",
         racing<&Backend::exp>},
        {"add.racing", Fn::add, "add keeps its arguments in one place for all threads", Kind::threads, "H4", "property",
         racing<&Backend::add>},
        {"matmul.racing", Fn::matmul, "matmul keeps its arguments in one place for all threads", Kind::threads, "H4",
         "property", racing<&Backend::matmul>},
        {"sum.racing", Fn::sum, "sum keeps its arguments in one place for all threads", Kind::threads, "H4", "property",
         racing<&Backend::sum>},
        {"softmax.racing", Fn::softmax, "softmax keeps its arguments in one place for all threads", Kind::threads, "H4",
         "property", racing<&Backend::softmax>},
        {"slice.racing", Fn::slice, "slice keeps its arguments in one place for all threads", Kind::threads, "H4",
         "property", racing<&Backend::slice>},
        {"linear.racing", Fn::linear, "linear keeps its arguments in one place for all threads", Kind::threads, "H4",
         "property", racing<&Backend::linear>},
        {"gather.racing", Fn::gather, "gather keeps its arguments in one place for all threads", Kind::threads, "H4",
         "property", racing<&Backend::gather>},
        {"transpose.racing", Fn::transpose, "transpose keeps its arguments in one place for all threads", Kind::threads,
         "H4", "property", racing<&Backend::transpose>},
        {"add_scalar.racing", Fn::add_scalar, "add_scalar keeps its arguments in one place for all threads",
         Kind::threads, "H4", "property", racing<&Backend::add_scalar>},
        {"mean_dim.racing", Fn::mean_dim, "mean_dim keeps its arguments in one place for all threads", Kind::threads,
         "H4", "property", racing<&Backend::mean_dim>},
        {"clone.racing", Fn::clone, "clone keeps its arguments in one place for all threads", Kind::threads, "H4",
         "property", racing<&Backend::clone>},
        {"shape.racing", Fn::shape, "shape keeps its argument in one place for all threads", Kind::threads, "H4",
         "property", racing<&Backend::shape>},
        {"numel.racing", Fn::numel, "numel keeps its argument in one place for all threads", Kind::threads, "H4",
         "property", racing<&Backend::numel>},
        {"dtype.racing", Fn::dtype, "dtype keeps its argument in one place for all threads", Kind::threads, "H4",
         "property", racing<&Backend::dtype>},
        {"to_float.racing", Fn::to_float, "to_float keeps its argument in one place for all threads", Kind::threads,
         "H4", "property", racing<&Backend::to_float>},
        {"last_error_code.other_threads", Fn::last_error_code, "last_error_code may be that of another thread",
         Kind::threads, "E5", "property",
         [](Backend& to) {
             to.last_error_code = [] {
                 static std::atomic<int32_t> latest{0};
                 static std::atomic<std::thread::id> of{std::this_thread::get_id()};
                 const int32_t own = inner().last_error_code();
                 const int32_t seen = latest.load();
                 const bool foreign = of.exchange(std::this_thread::get_id()) != std::this_thread::get_id();
                 latest = own;
                 return foreign && own == 0 ? seen : own;
             };
         }},
        {"live_tensors.of_one_thread", Fn::live_tensors, "live_tensors does not see what other threads free",
         Kind::threads, "H3", "property",
         [](Backend& to) {
             static std::atomic<int64_t> unseen{0};
             static const std::thread::id first = std::this_thread::get_id();
             to.free = [](int64_t x) {
                 inner().free(x);
                 if (x != 0 && inner().last_error_code() == 0 && std::this_thread::get_id() != first) ++unseen;
             };
             to.live_tensors = [] { return inner().live_tensors() + unseen; };
         }},
        {"free.checks_then_acts", Fn::free, "of two threads that free a handle both succeed", Kind::threads, "H4",
         "property",
         [](Backend& to) {
             to.free = [](int64_t x) {
                 if (x <= 0 || inner().numel(x) < 0) return inner().free(x);
                 std::this_thread::yield();
                 inner().free(x);
                 inner().clear_error();
             };
         }},
        {"exp.fails_in_child", Fn::exp, "exp fails in the child of a fork", Kind::threads, "H5", "property",
         in_child<&Backend::exp>},
        {"matmul.fails_in_child", Fn::matmul, "matmul fails in the child of a fork", Kind::threads, "H5", "property",
         in_child<&Backend::matmul>},
        {"eye.fails_in_child", Fn::eye, "eye fails in the child of a fork", Kind::threads, "H5", "property",
         in_child<&Backend::eye>},
        {"set_num_threads.spoils_child", Fn::set_num_threads,
         "after set_num_threads(2) in the child of a fork matmul fails there", Kind::threads, "H5", "property",
         [](Backend& to) {
             static const pid_t first = getpid();
             static std::atomic<int64_t> asked{1};
             to.set_num_threads = [](int64_t n) {
                 inner().set_num_threads(n);
                 if (getpid() != first) asked = n;
             };
             to.matmul = [](int64_t a, int64_t b) -> int64_t {
                 if (asked < 2) return inner().matmul(a, b);
                 leave_code(Code::other);
                 return 0;
             };
         }},
        {"pow.second_thread", Fn::pow, "pow is one too large on every thread but the first", Kind::threads, "H4",
         "property", where<&Backend::pow, beside, shifted>},
        {"argmin.second_thread", Fn::argmin, "argmin is one too large on every thread but the first", Kind::threads,
         "H4", "property", where<&Backend::argmin, beside, shifted>},
        {"embedding.second_thread", Fn::embedding, "embedding is one too large on every thread but the first",
         Kind::threads, "H4", "property", where<&Backend::embedding, beside, shifted>},
        {"max_pool2d.second_thread", Fn::max_pool2d, "max_pool2d is one too large on every thread but the first",
         Kind::threads, "H4", "property", where<&Backend::max_pool2d, beside, shifted>},
        {"log_softmax.second_thread", Fn::log_softmax, "log_softmax is one too large on every thread but the first",
         Kind::threads, "H4", "property", where<&Backend::log_softmax, beside, shifted>},
        {"nll_loss.second_thread", Fn::nll_loss, "nll_loss is one too large on every thread but the first",
         Kind::threads, "H4", "property", where<&Backend::nll_loss, beside, one_more>},
        {"unsqueeze.second_thread", Fn::unsqueeze, "unsqueeze is cut from the graph on every thread but the first",
         Kind::threads, "H4", "property", where<&Backend::unsqueeze, beside, detached>},
    };
    return faults;
}

}  // namespace simple
