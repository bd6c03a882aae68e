// accuracy_rows: how far the results of reductions are off, by the number of elements, as JSON: of the library, and of
// the same LibTorch called directly. golden/accuracy runs it and makes a table.
#include <dlfcn.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "golden/accuracy_rows/rows.h"
#include "golden/version_questions/conditions.h"

namespace {

using namespace simple;
using namespace simple::accuracy;
using nlohmann::ordered_json;

// OpenBLAS's name for the processor that it computes for.
std::string openblas_core() {
    const auto name = reinterpret_cast<char* (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_corename"));
    return name ? name() : "";
}

ordered_json measured(const std::string& call, Fn fn, const std::string& data, int64_t n, const Result& result) {
    return {{"call", call},
            {"function", function(fn).name},
            {"data", data},
            {"n", n},
            {"largest", largest(result.exact)},
            {"ours", error(result.got.ours, result.exact)},
            {"libtorch", error(result.got.libtorch, result.exact)}};
}

}  // namespace

int main(int argc, char** argv) try {
    CLI::App app("How far results are off by the number of elements, as JSON.");
    std::string backend_file;
    std::vector<int64_t> sizes, offsets;
    std::vector<std::string> more;
    app.add_option("--backend", backend_file, "the library")->required();
    app.add_option("--sizes", sizes, "numbers of elements, of every row")->delimiter(',');
    app.add_option("--offsets", offsets, "of layer_norm's four elements")->delimiter(',');
    app.add_option("--of", more, "another size of a function's rows: NAME=SIZE")->delimiter(',');
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 64;
    }
    const Backend backend = load_backend(backend_file);
    backend.set_num_threads(1);
    ordered_json found = ordered_json::array();
    for (const Row& row : rows()) {
        std::vector<int64_t> due = sizes;
        const std::string name = std::string(function(row.fn).name) + '=';
        for (const std::string& each : more)
            if (each.compare(0, name.size(), name) == 0) due.push_back(std::stoll(each.substr(name.size())));
        for (const Data data : row.data)
            for (const int64_t n : due) {
                Sides sides(backend);
                found.push_back(measured(row.call, row.fn, name_of(data), n, row.measure(sides, n, data)));
            }
    }
    for (const int64_t offset : offsets) {
        Sides sides(backend);
        found.push_back(measured("layer_norm of [n, n + 1, n + 2, n + 3]", Fn::layer_norm, "", offset,
                                 layer_norm_at(sides, offset)));
    }
    const ordered_json said = {
        {"capability", versions::capability()}, {"blas", versions::blas()}, {"core", openblas_core()}, {"rows", found}};
    std::printf("%s\n", said.dump(1).c_str());
} catch (const std::exception& error) {
    std::fprintf(stderr, "accuracy_rows: %s\n", error.what());
    return 2;
}
