#include "bench/direct/row.h"

#include <map>

namespace simple::bench {
namespace {

// Nulls of the two kinds that there are: a call through LibTorch's dispatcher, and one that is next to nothing.
Row null_row(Fn fn) {
    const TimedCall call = *timed_call(fn, Size::smallest);
    return {"null/" + std::string(function(fn).name),
            fn,
            "smallest",
            call.operands,
            1,
            true,
            [call](const Backend&) { return direct_side(call); },
            [call] { return direct_side(call); }};
}

Row success_row(const TimedCall& call, int threads = 1) {
    Row row{call.name(),
            call.fn,
            name_of(call.size),
            call.operands,
            threads,
            false,
            [call](const Backend& backend) { return abi_side(backend, call); },
            [call] { return direct_side(call); }};
    if (threads > 1) row.name += "/" + std::to_string(threads) + "-threads";
    return row;
}

Row failing_row() {
    const TimedCall call = *failing_call(Fn::add);
    return {"add/error",
            call.fn,
            "error",
            call.operands,
            1,
            false,
            [call](const Backend& backend) { return abi_side(backend, call, true); },
            direct_throw};
}

}  // namespace

std::vector<Row> make_rows(bool control) {
    std::vector<Row> rows{null_row(Fn::add), null_row(Fn::ndim)};
    for (const Size size : {Size::smallest, Size::realistic})
        for (size_t i = 0; i < kFunctionCount; ++i)
            if (const auto call = timed_call(functions()[i].id, size, control)) rows.push_back(success_row(*call));
    rows.push_back(failing_row());
    rows.push_back(success_row(*timed_call(Fn::add, Size::smallest, control), 2));
    return rows;
}

Limit limit_of(const std::string& row) {
    static const std::map<std::string, Limit> looser{};
    const auto found = looser.find(row);
    return found == looser.end() ? Limit{1.10, ""} : found->second;
}

}  // namespace simple::bench
