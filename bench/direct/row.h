// What is compared: the rows of the cost table.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/direct/side.h"

namespace simple::bench {

struct Row {
    std::string name;  // "add/smallest"
    Fn fn;
    std::string size;      // "smallest", "realistic", "large", "error"
    std::string operands;  // "[4, 4], [4, 4]"
    int threads = 1;       // each calls on tensors of its own
    bool null = false;     // the direct call on both sides
    // Called in the thread that will run the side. direct gives nullptr where LibTorch has no such call: then only the
    // layer itself is timed.
    std::function<std::unique_ptr<Side>(const Backend&)> abi;
    std::function<std::unique_ptr<Side>()> direct;
};

// A row that is made when its turn comes: the operands of all of them take longer to make than few rows to time.
struct PlannedRow {
    std::string name;
    bool null = false;
    std::function<std::optional<Row>()> make;  // nullopt where the function has no call of that size
};

// All rows for a backend with or without the control functions: nulls first, then every function at each of its sizes,
// one failing call, and add on two threads.
std::vector<PlannedRow> planned_rows(bool control);

// The most that a row may cost (see Sample::cost), and why where it is not the usual 1.10.
struct Limit {
    double cost;
    const char* reason;  // "" for the usual one
};
Limit limit_of(const std::string& row);

}  // namespace simple::bench
