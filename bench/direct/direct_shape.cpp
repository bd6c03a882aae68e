// Shapes, views, indexing; devices, data, autograd; called directly.
#include <ATen/Parallel.h>

#include <algorithm>

#include "bench/direct/direct_call.h"

namespace simple::direct {
namespace {

// A bound of slice that counts from the end where negative, brought into reach: LibTorch takes some extremes for none.
int64_t reachable(int64_t bound, int64_t size) { return std::max(-size, std::min(bound, size)); }

DirectCall direct_slice(const Given& g) {
    const at::Tensor x = g.tensor(0);
    const int64_t dim = g.integer(1), size = x.size(dim);
    const int64_t start = reachable(g.integer(2), size), end = reachable(g.integer(3), size);
    const int64_t step = std::min(g.integer(4), std::max<int64_t>(size, 1));
    return made_by([=] { return at::slice(x, dim, start, end, step); });
}

}  // namespace

DirectCall direct_shape(Fn fn, const Given& g) {
    const at::Tensor x = fn == Fn::cat || fn == Fn::stack ? at::Tensor() : g.tensor(0);
    switch (fn) {
        case Fn::ndim: return made_by([x] { return x.dim(); });
        case Fn::numel: return made_by([x] { return x.numel(); });
        case Fn::shape: return made_by([x] { return x.sizes().vec(); });
        case Fn::reshape: return made_by([x, d = g.ints(1)] { return apart(x, at::reshape(x, d)); });
        case Fn::view: return made_by([x, d = g.ints(1)] { return x.view(d); });
        case Fn::permute: return made_by([x, d = g.ints(1)] { return at::permute(x, d); });
        case Fn::transpose: return made_by([x, a = g.integer(1), b = g.integer(2)] { return at::transpose(x, a, b); });
        case Fn::t: return made_by([x] { return at::t(x); });
        case Fn::squeeze: return made_by([x] { return at::squeeze(x); });
        case Fn::squeeze_dim: return made_by([x, d = g.integer(1)] { return at::squeeze(x, d); });
        case Fn::unsqueeze: return made_by([x, d = g.integer(1)] { return at::unsqueeze(x, d); });
        case Fn::flatten: return made_by([x] { return apart(x, at::flatten(x)); });
        case Fn::contiguous: return made_by([x] { return apart(x, x.contiguous()); });
        case Fn::chunk: return made_by([x, n = g.integer(1), d = g.integer(2)] { return at::chunk(x, n, d); });
        case Fn::index_select:
            return made_by([x, d = g.integer(1), i = as_index(g.tensor(2))] { return at::index_select(x, d, i); });
        case Fn::gather:
            return made_by([x, d = g.integer(1), i = as_index(g.tensor(2))] { return at::gather(x, d, i); });
        case Fn::cat: return made_by([x = promoted(g.tensors(0)), d = g.integer(1)] { return at::cat(x, d); });
        case Fn::stack: return made_by([x = promoted(g.tensors(0)), d = g.integer(1)] { return at::stack(x, d); });
        default: return direct_slice(g);
    }
}

DirectCall direct_tensor(Fn fn, const Given& g) {
    const at::Tensor x = g.tensor(0);
    switch (fn) {
        case Fn::clone: return made_by([x] { return x.clone(at::MemoryFormat::Contiguous); });
        case Fn::cpu: return made_by([x] { return apart(x, x.cpu()); });
        case Fn::is_cuda: return made_by([x] { return x.is_cuda(); });
        case Fn::device: return made_by([x] { return x.is_cuda() ? int64_t{x.get_device()} : int64_t{-1}; });
        case Fn::to_float: return made_by([x] { return apart(x, x.to(at::kDouble)); });
        case Fn::to_float32: return made_by([x] { return apart(x, x.to(at::kFloat)); });
        case Fn::to_int: return made_by([x] { return apart(x, x.to(at::kLong)); });
        case Fn::dtype:
            return made_by([x] { return x.scalar_type() == at::kFloat ? 1 : x.scalar_type() == at::kDouble ? 2 : 3; });
        case Fn::to_data:
            return made_by([x] {
                const at::Tensor values = x.detach().to(at::kDouble).contiguous();
                const auto* data = static_cast<const double*>(values.data_ptr());
                return std::vector<double>(data, data + values.numel());
            });
        case Fn::set_requires_grad: return made_by([x, on = g.flag(1)] { x.set_requires_grad(on); });
        case Fn::requires_grad: return made_by([x] { return x.requires_grad(); });
        case Fn::grad:
            return made_by([x] {
                std::vector<at::Tensor> grad;
                if (x.is_leaf() && x.grad().defined()) grad.push_back(x.grad().detach());
                return grad;
            });
        case Fn::backward: return made_by([x] { x.backward(); });
        case Fn::zero_grad:
            return made_by([x] {
                if (x.grad().defined()) x.mutable_grad().zero_();
            });
        case Fn::detach: return made_by([x] { return x.detach(); });
        default: return {};  // cuda, to_stream
    }
}

}  // namespace simple::direct
