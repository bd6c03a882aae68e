// A relation: two expressions over the arguments of one call that agree in value and in error code, whether the
// arguments are valid or not. The tables beside this header have one row a relation. Each is a case for every function
// that it involves, relation/<function>/<name>, so that one that fails names a function at fault.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "property/relations/related_call.h"

namespace simple::property {

// What an expression gives.
struct Result {
    Result(Value tensor) : tensors{std::move(tensor)} {}
    Result(std::vector<Value> tensors) : tensors(std::move(tensors)) {}
    Result(double number) : number(number) {}

    std::vector<Value> tensors;
    std::optional<double> number;
};

// Thrown by an expression where the relation says nothing about its arguments.
struct Unrelated : std::logic_error {
    using std::logic_error::logic_error;
};

// Its calls fail by Failed, whose code is then the expression's.
using Expression = std::function<Result(Trial&, const Arguments&)>;

// Where the contract gives the code of one side alone: the arguments are outside the other side's domain.
struct Beyond {
    const char* reason;
    bool (*applies)(const Arguments&);
    Code code;  // of the left side
    // Always: wherever it applies the left side must end with this code, and the right side is not asked. Sometimes:
    // that it does while the right side ends with `right` is no difference, whatever both give.
    enum {
        always,
        sometimes
    } when = always;
    Code right = Code::ok;
};

enum class Agreement {
    exact,   // elements are moved or picked, or whole numbers are added
    close,   // to the tolerance of the functions involved (property/table/tolerance.h)
    shapes,  // codes, shapes, dtypes and flags: elements are drawn, or open (V6)
};

struct Relation {
    Fn fn;             // its calls are drawn
    const char* name;  // "is-matmul-plus-bias"
    std::vector<Fn> others;
    Agreement agreement;
    Expression right;
    std::vector<Beyond> beyond = {};
    Expression left = {};              // the call itself where empty
    DrawStep draw = nullptr;           // valid arguments, where few of the table's are within the relation's domain
    std::vector<size_t> spoiled = {};  // the arguments that may be made invalid; all where empty
};

using Relations = std::vector<Relation>;

Relations creation_relations();
Relations elementwise_relations();
Relations shape_relations();
Relations indexing_relations();
Relations end_relations();
Relations reduction_relations();
Relations linalg_relations();
Relations convolution_relations();
Relations norm_relations();
Relations loss_relations();

const Relations& all_relations();

// The rows that apply, up to the first that always does: those behind it may take for granted what it refuses.
std::vector<const Beyond*> beyond(const Relation& relation, const Arguments& arguments);

}  // namespace simple::property
