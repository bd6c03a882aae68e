#include "bench/direct/sampler.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <malloc.h>
#include <torch/csrc/api/include/torch/version.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "bench/calls/fresh_pages.h"
#include "bench/calls/loaded_libtorch.h"
#include "bench/direct/sample.h"
#include "ci/agent/program_symbols.h"
#include "ci/host/host_library.h"
#include "ci/host/wait_for_go.h"
#include "ci/testkit/time_scale.h"

namespace simple::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kRowSeconds = 120;  // for a row that takes 10 ms: it does not end

// Side by side means on the same LibTorch: one copy of it in this process, the one that this program was linked with.
// Gives the reason why there is nothing to compare.
std::string other_libtorch(const Backend& backend) {
    const int copies = copies_of_libtorch();
    const std::string version = version_of(backend);
    const std::string number = version.substr(0, version.find('+'));
    if (copies == 1 && number == TORCH_VERSION) return "";
    return fmt::format("the candidate runs on {}, the direct calls of this build on LibTorch {}{}",
                       version.empty() ? "a library without a version" : version, TORCH_VERSION,
                       copies > 1 ? fmt::format(", and there are {} copies of it in one process", copies) : "");
}

Json begin(const Row& row) {
    const Limit limit = limit_of(row.name);
    return {{"begin", row.name},
            {"function", function(row.fn).name},
            {"size", row.size},
            {"operands", row.operands},
            {"threads", row.threads},
            {"null", row.null},
            {"limit", row.null ? 1.02 : limit.cost},
            {"limit_reason", limit.reason}};
}

Json timed(const Row& row, const Backend& backend) {
    try {
        const Sample sample = take_sample(row, backend);
        return {{"abi_ns", sample.abi_ns},
                {"direct_ns", sample.direct_ns},
                {"has_direct", sample.has_direct},
                {"unit_ns", sample.unit_ns},
                {"cost", sample.cost}};
    } catch (const MissingFunction&) {
        return {{"skipped", "symbol"}};
    } catch (const std::exception& error) {
        return {{"failed", error.what()}};
    }
}

// glibc's malloc gives freed memory back to the system, or keeps it, by the largest block that was freed before. A call
// must not cost more or less by which rows were timed before it.
void keep_freed_memory() {
    constexpr int kMost = 32 << 20;  // that glibc takes
    mallopt(M_MMAP_THRESHOLD, kMost);
    mallopt(M_TRIM_THRESHOLD, 2 * kMost);
}

}  // namespace

int sample_rows(const std::string& path, const Choice& choice, const std::string& file) {
    SampleLines write(file);
    keep_freed_memory();
    at::set_num_threads(1);
    if (!path.empty()) load_host_functions();
    const Backend backend = path.empty() ? backend_in_program() : load_on_fresh_pages(path);
    move_program_to_fresh_pages();
    write({{"libtorch", TORCH_VERSION}});
    if (const std::string reason = other_libtorch(backend); !reason.empty()) {
        write({{"not_comparable", reason}});
        return 0;
    }
    if (!wait_for_go()) throw std::runtime_error("nobody waits for the samples any more");
    for (const PlannedRow& planned : planned_rows(backend.has(Fn::to_float32) && backend.has(Fn::from_i64_data))) {
        if (!(planned.null ? Choice{{}, choice.except} : choice).takes(planned.name)) continue;
        const std::optional<Row> row = planned.make();
        if (!row) continue;
        end_after(kRowSeconds);
        write(begin(*row));
        write(timed(*row, backend));
    }
    write({{"ended", true}});
    return 0;
}

}  // namespace simple::bench
