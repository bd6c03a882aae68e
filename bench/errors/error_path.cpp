#include "bench/errors/error_path.h"

#include <algorithm>
#include <utility>

namespace simple::bench {
namespace {

constexpr uint64_t kDrawings = 3;  // of each way, which may have several forms

// A graph can be run once; the second time LibTorch finds that out.
Step backward_again(Drawer& drawer) {
    const Operand leaf = drawer.make({DType::f64, {2}, {1, 2}, {}, true});
    const Operand loss =
        drawer.append(step(Fn::mse_loss_tensor, {leaf, drawer.tensor({2}, DType::f64)}), DType::f64, {});
    drawer.append(step(Fn::backward, {loss}));
    return step(Fn::backward, {loss});
}

std::vector<Way> ways_of(Fn fn) {
    std::vector<Way> ways = ways_to_fail(fn);
    if (fn == Fn::backward) ways.push_back({"a used graph", Code::argument, backward_again});
    return ways;
}

// Names are given to a process as a list, with commas between them.
std::string without_commas(std::string name) {
    std::replace(name.begin(), name.end(), ',', ';');
    return name;
}

}  // namespace

std::vector<ErrorPath> error_paths() {
    std::vector<ErrorPath> paths;
    for (size_t i = 0; i < kFunctionCount; ++i) {
        const Function& row = functions()[i];
        for (const Way& way : ways_of(row.id))
            for (uint64_t seed = 0; seed < kDrawings; ++seed) {
                Random random(seed);
                Drawer drawer(random);
                drawer.layouts = false;
                TimedCall call{row.id, Size::smallest, way.name, {}, {}, way.draw(drawer)};
                call.before = std::move(drawer.program);
                paths.push_back({without_commas(std::string(row.name) + "/" + way.name + "/" + std::to_string(seed)),
                                 way.code, std::move(call)});
            }
    }
    return paths;
}

}  // namespace simple::bench
