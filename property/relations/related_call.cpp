#include "property/relations/related_call.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "property/relations/spoil.h"

namespace simple::property {

namespace {

// Reserving gigabytes is left to the cases of single functions.
const std::vector<Way>& ways_to_relate(const Backend& backend, Fn fn) {
    static std::map<Fn, std::vector<Way>> all;
    const auto found = all.find(fn);
    if (found != all.end()) return found->second;
    std::vector<Way> ways = ways_here(backend, fn);
    ways.erase(std::remove_if(ways.begin(), ways.end(), [](const Way& way) { return way.code == Code::memory; }),
               ways.end());
    return all.emplace(fn, std::move(ways)).first->second;
}

bool contains(const std::vector<size_t>& steps, size_t step) {
    return std::find(steps.begin(), steps.end(), step) != steps.end();
}

RelatedCall described(Drawer& drawer, simple::Step step, std::string spoiled) {
    RelatedCall drawn;
    std::vector<size_t> freed;
    for (size_t i = 0; i < drawer.program.size(); i++) {
        const simple::Step& made = drawer.program[i];
        if (made.fn == Fn::free) freed.push_back(made.refs[0].step);
        if (made.fn == Fn::set_requires_grad) drawn.with_grad.push_back(made.refs[0].step);
        if (made.fn == Fn::transpose || made.fn == Fn::permute || made.fn == Fn::slice) drawn.strided.push_back(i);
        for (const Ref& from : made.refs)
            if (made.fn != Fn::free && contains(drawn.with_grad, from.step)) drawn.with_grad.push_back(i);
    }
    for (const Ref& ref : step.refs) {
        drawn.known.emplace_back();
        if (!contains(freed, ref.step)) drawn.known.back() = drawer.known(ref);
    }
    drawn.call = {std::move(drawer.program), std::move(step)};
    drawn.spoiled = std::move(spoiled);
    return drawn;
}

}  // namespace

RelatedCall draw_related(const Backend& backend, Fn fn, DrawStep draw, const std::vector<size_t>& spoiled,
                         Random random) {
    // Of 100. Of a row with a drawing of its own the table is not asked.
    constexpr int64_t kValid = 25, kTable = 15, kVaried = 50;
    Drawer drawer(random, Reach::ranks);
    drawer.most_dims = kMostDimsToRelate;
    const int64_t kind = drawer.random.between(0, 99);
    if (kind >= kValid && kind < kValid + kTable && !draw) {
        const std::vector<Way>& ways = ways_to_relate(backend, fn);
        const Way& way = ways[static_cast<size_t>(drawer.random.between(0, static_cast<int64_t>(ways.size()) - 1))];
        simple::Step step = way.draw(drawer);
        return described(drawer, std::move(step), way.name);
    }
    simple::Step step = draw ? draw(drawer) : draw_valid(fn, drawer);
    std::string what = drawer.random.chance(kVaried) ? vary(step, drawer) : "";
    if (kind >= kValid) what = spoil(step, spoiled, drawer) + (what.empty() ? "" : ", " + what);
    return described(drawer, std::move(step), std::move(what));
}

RelatedCall draw_differentiable(Fn fn, DrawStep draw, Random random) {
    static const DType kFloat64 = DType::f64;
    Drawer drawer(random, Reach::ranks);
    drawer.most_dims = kMostDimsToRelate;
    drawer.only = &kFloat64;
    simple::Step step = draw ? draw(drawer) : draw_valid(fn, drawer);
    return described(drawer, std::move(step), "");
}

const Operand* Arguments::tensor(size_t i, int element) const {
    const auto& refs = drawn_.call.step.refs;
    for (size_t k = 0; k < refs.size(); k++)
        if (refs[k].argument == i && refs[k].element == element && drawn_.known[k]) return &*drawn_.known[k];
    return nullptr;
}

int64_t Arguments::ndim(size_t i) const {
    const Operand* found = tensor(i);
    return found ? static_cast<int64_t>(found->dims.size()) : -1;
}

DType Arguments::dtype(size_t i) const {
    const Operand* found = tensor(i);
    return found ? found->dtype : DType::other;
}

bool Arguments::requires_grad(size_t i) const {
    const Operand* found = tensor(i);
    return found && contains(drawn_.with_grad, found->step);
}

bool Arguments::strided(size_t i) const {
    const Operand* found = tensor(i);
    return found && contains(drawn_.strided, found->step);
}

bool Arguments::all_live() const {
    const Function& row = function(drawn_.call.step.fn);
    for (size_t i = 0; i < row.param_count; i++) {
        if (row.params[i].type == Type::tensor && !tensor(i)) return false;
        if (row.params[i].type == Type::tensor_opt && integer(i) != 0 && !tensor(i)) return false;
        if (row.params[i].type != Type::tensor_array) continue;
        const auto& items = array(i).items;
        for (size_t k = 0; k < items.size(); k++)
            if (!tensor(i, static_cast<int>(k))) return false;
    }
    return true;
}

std::optional<Dims> Arguments::integers(size_t i) const {
    const Array& from = array(i);
    if (from.null) return Dims();
    if (from.len != Array::kItemCount && from.len < 0) return std::nullopt;
    if (from.null_items && !from.items.empty()) return std::nullopt;
    Dims numbers;
    for (const SplValue& item : from.items) {
        const bool whole =
            item.tag == SPL_FLOAT && std::floor(item.as_float) == item.as_float && std::abs(item.as_float) < 0x1p63;
        if (item.tag != SPL_INT && !whole) return std::nullopt;
        numbers.push_back(item.tag == SPL_INT ? item.as_int : static_cast<int64_t>(item.as_float));
    }
    return numbers;
}

DType Arguments::common_dtype(const std::vector<size_t>& tensors) const {
    const auto rank = [](DType dtype) { return dtype == DType::f64 ? 2 : dtype == DType::f32 ? 1 : 0; };
    DType common = DType::i64;
    for (size_t i : tensors)
        if (const Operand* found = tensor(i); found && rank(found->dtype) > rank(common)) common = found->dtype;
    return common;
}

}  // namespace simple::property
