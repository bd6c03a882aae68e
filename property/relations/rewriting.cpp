#include "property/relations/rewriting.h"

#include <algorithm>

namespace simple::property {

namespace {

// Whether a node of it can be made by a relation's right side.
bool rewrites_nodes(const Relation& relation) {
    const Function& row = function(relation.fn);
    // Whether a view exists depends on strides, which an equivalent expression may have others of.
    return !relation.left && relation.fn != Fn::view && relation.agreement != Agreement::shapes &&
           row.category != "creation" && row.set == Set::core &&
           (row.result == Type::tensor || row.result == Type::f64);
}

// Where an error within the tolerance may take another branch, or grow beyond all bounds, and with it the gradient.
bool is_rough(Fn fn) {
    switch (fn) {
        case Fn::relu:
        case Fn::max_dim:
        case Fn::min_dim:
        case Fn::max_pool2d:
        case Fn::div:
        case Fn::argmax:
        case Fn::argmin: return true;
        default: return false;
    }
}

}  // namespace

std::vector<Fn> node_functions(bool gradients) {
    std::vector<Fn> fns{Fn::tanh, Fn::sigmoid, Fn::gelu, Fn::mul, Fn::neg, Fn::relu, Fn::matmul, Fn::linear};
    for (const Relation& relation : all_relations())
        if (rewrites_nodes(relation)) fns.push_back(relation.fn);
    fns.erase(std::remove_if(fns.begin(), fns.end(), [=](Fn fn) { return gradients && is_rough(fn); }), fns.end());
    return fns;
}

const Relation* relation_for(Fn fn, uint64_t seed) {
    std::vector<const Relation*> rows;
    for (const Relation& relation : all_relations())
        if (relation.fn == fn && rewrites_nodes(relation)) rows.push_back(&relation);
    return rows.empty() ? nullptr : rows[seed % rows.size()];
}

}  // namespace simple::property
