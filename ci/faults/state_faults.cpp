#include <cstdlib>
#include <cstring>

#include "ci/faults/planting.h"

namespace simple {

using planted::then;

namespace {

char* copy_of(const char* text) {
    char* copy = static_cast<char*>(std::malloc(std::strlen(text) + 1));
    return copy ? std::strcpy(copy, text) : nullptr;
}

thread_local int no_grad_depth = 0;

}  // namespace

const std::vector<PlantedFault>& state_faults() {
    static const std::vector<PlantedFault> faults{
        {"add.leaks_on_error", Fn::add, "add leaves a tensor behind when it fails", Kind::leaks, "E2", "differential",
         [](Backend& to) {
             to.add = [](int64_t a, int64_t b) {
                 const int64_t result = inner().add(a, b);
                 if (result > 0) return result;
                 inner().eye(1);
                 return inner().add(a, b);
             };
         }},
        {"matmul.leaks", Fn::matmul, "matmul leaves a tensor behind", Kind::leaks, "H3", "differential",
         [](Backend& to) {
             to.matmul = [](int64_t a, int64_t b) {
                 inner().eye(1);
                 return inner().matmul(a, b);
             };
         }},
        {"exp.code_left", Fn::exp, "exp leaves a code when it succeeds", Kind::errors, "E5", "golden",
         [](Backend& to) {
             to.exp = [](int64_t x) {
                 const int64_t result = inner().exp(x);
                 if (result > 0) planted::leave_code(Code::argument);
                 return result;
             };
         }},
        {"sub.code_2", Fn::sub, "sub reports shapes as an invalid argument", Kind::errors, "E3", "golden",
         [](Backend& to) {
             to.sub = [](int64_t a, int64_t b) {
                 const int64_t result = inner().sub(a, b);
                 if (inner().last_error_code() == 3) planted::leave_code(Code::argument);
                 return result;
             };
         }},
        {"eye.memory_is_2", Fn::eye, "eye reports too much memory as an invalid argument", Kind::errors, "E7", "golden",
         [](Backend& to) {
             to.eye = [](int64_t n) {
                 const int64_t result = inner().eye(n);
                 if (inner().last_error_code() == 7) planted::leave_code(Code::argument);
                 return result;
             };
         }},
        {"free.twice", Fn::free, "free of a freed handle succeeds", Kind::lifecycle, "H2", "golden",
         [](Backend& to) {
             to.free = [](int64_t x) {
                 inner().free(x);
                 inner().clear_error();
             };
         }},
        {"free.zero_fails", Fn::free, "free of 0 is an invalid handle", Kind::lifecycle, "H1", "golden",
         [](Backend& to) {
             to.free = [](int64_t x) {
                 inner().free(x);
                 if (x == 0) planted::leave_code(Code::handle);
             };
         }},
        {"free.not_released", Fn::free, "free does nothing", Kind::lifecycle, "H1", "golden",
         [](Backend& to) {
             to.free = [](int64_t x) {
                 if (x != 0) inner().ndim(x);
             };
         }},
        {"stream_free.anything", Fn::stream_free, "stream_free takes anything", Kind::lifecycle, "H2", "golden",
         [](Backend& to) { to.stream_free = [](int64_t) { inner().clear_error(); }; }},
        {"stream_query.unknown_idle", Fn::stream_query, "stream_query calls an unknown stream idle", Kind::lifecycle,
         "H2", "golden",
         [](Backend& to) {
             to.stream_query = [](int64_t) {
                 inner().clear_error();
                 return true;
             };
         }},
        {"stream_sync.anything", Fn::stream_sync, "stream_sync takes anything", Kind::lifecycle, "H2", "golden",
         [](Backend& to) { to.stream_sync = [](int64_t) { inner().clear_error(); }; }},
        {"cuda.falls_back", Fn::cuda, "cuda gives the CPU tensor where CUDA is absent", Kind::errors, "C2", "golden",
         [](Backend& to) { to.cuda = [](int64_t x, int32_t) { return inner().cpu(x); }; }},
        {"device.cpu_is_0", Fn::device, "device calls the CPU 0", Kind::values, "C2", "golden",
         [](Backend& to) {
             to.device = [](int64_t x) {
                 const int32_t id = inner().device(x);
                 return id == -1 ? 0 : id;
             };
         }},
        {"is_cuda.always", Fn::is_cuda, "is_cuda is always true", Kind::values, "C2", "golden",
         [](Backend& to) {
             to.is_cuda = [](int64_t x) {
                 inner().is_cuda(x);
                 return inner().last_error_code() == 0;
             };
         }},
        {"live_tensors.doubled", Fn::live_tensors, "live_tensors counts every tensor twice", Kind::lifecycle, "H3",
         "golden", [](Backend& to) { to.live_tensors = [] { return 2 * inner().live_tensors(); }; }},
        {"abi_version.minor", Fn::abi_version, "abi_version is 1001", Kind::values, "C1", "golden",
         [](Backend& to) { to.abi_version = [] { return inner().abi_version() + 1; }; }},
        {"version.empty", Fn::version, "version is empty", Kind::values, "C1", "golden",
         [](Backend& to) {
             to.version = [] {
                 inner().clear_error();
                 return copy_of("");
             };
         }},
        {"clear_error.ignored", Fn::clear_error, "clear_error does nothing", Kind::errors, "E5", "golden",
         [](Backend& to) { to.clear_error = [] {}; }},
        {"last_error_message.empty", Fn::last_error_message, "last_error_message is empty", Kind::errors, "E6",
         "golden", [](Backend& to) { to.last_error_message = [] { return copy_of(""); }; }},
        {"no_grad_begin.does_not_nest", Fn::no_grad_begin, "the first no_grad_end ends all", Kind::autograd, "G1",
         "golden",
         [](Backend& to) {
             to.no_grad_begin = [] {
                 ++no_grad_depth;
                 inner().no_grad_begin();
             };
             to.no_grad_end = [] {
                 for (; no_grad_depth > 1; --no_grad_depth) inner().no_grad_end();
                 no_grad_depth = 0;
                 inner().no_grad_end();
             };
         }},
        {"no_grad_end.unbalanced", Fn::no_grad_end, "no_grad_end without a begin succeeds", Kind::autograd, "G1",
         "golden",
         [](Backend& to) {
             to.no_grad_end = [] {
                 inner().no_grad_end();
                 inner().clear_error();
             };
         }},
        {"set_requires_grad.only_true", Fn::set_requires_grad, "set_requires_grad never stops", Kind::autograd, "H6",
         "golden",
         [](Backend& to) {
             to.set_requires_grad = [](int64_t x, bool on) {
                 if (on)
                     inner().set_requires_grad(x, true);
                 else
                     inner().requires_grad(x);
             };
         }},
        {"requires_grad.reversed", Fn::requires_grad, "requires_grad says the opposite", Kind::autograd, "H6", "golden",
         [](Backend& to) {
             to.requires_grad = [](int64_t x) {
                 const bool on = inner().requires_grad(x);
                 return inner().last_error_code() == 0 && !on;
             };
         }},
        {"detach.stays", Fn::detach, "detach stays in the graph", Kind::autograd, "G4", "golden",
         [](Backend& to) { to.detach = [](int64_t x) { return inner().transpose(x, 0, 0); }; }},
        {"clone.detached", Fn::clone, "clone is cut from the graph", Kind::autograd, "G4", "golden",
         [](Backend& to) {
             to.clone = [](int64_t x) { return then(inner().clone(x), [](int64_t y) { return inner().detach(y); }); };
         }},
        {"grad.none", Fn::grad, "grad never finds one", Kind::autograd, "G2", "golden",
         [](Backend& to) {
             to.grad = [](int64_t x) {
                 inner().ndim(x);
                 return int64_t{0};
             };
         }},
        {"grad.copy", Fn::grad, "grad gives a copy", Kind::ownership, "G2", "property",
         [](Backend& to) {
             to.grad = [](int64_t x) { return then(inner().grad(x), [](int64_t y) { return inner().clone(y); }); };
         }},
        {"zero_grad.ignored", Fn::zero_grad, "zero_grad does nothing", Kind::autograd, "G2", "golden",
         [](Backend& to) { to.zero_grad = [](int64_t x) { inner().ndim(x); }; }},
        {"backward.ignored", Fn::backward, "backward computes nothing", Kind::autograd, "G4", "golden",
         [](Backend& to) {
             to.backward = [](int64_t x) {
                 if (inner().requires_grad(x) && inner().numel(x) == 1) return;
                 inner().backward(x);
             };
         }},
        {"relu.every_hundredth", Fn::relu, "every hundredth relu is a copy", Kind::values, "V4", "property",
         [](Backend& to) {
             to.relu = [](int64_t x) {
                 static thread_local int calls = 0;
                 return ++calls % 100 == 0 ? inner().clone(x) : inner().relu(x);
             };
         }},
    };
    return faults;
}

}  // namespace simple
