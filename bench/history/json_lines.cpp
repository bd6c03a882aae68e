#include "bench/history/json_lines.h"

#include <fmt/format.h>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <fstream>
#include <istream>
#include <ostream>

namespace simple::history {
namespace {

namespace fs = std::filesystem;

// Runs that are added at once: few enough to keep in memory, enough to make waiting for the disk rare.
constexpr size_t kBatch = 50;

fs::path set_aside(const std::string& lines, const fs::path& folder) {
    const auto name = boost::uuids::name_generator_sha1(boost::uuids::ns::oid())(lines);
    const fs::path path = folder / fmt::format("torn-{}.jsonl", boost::uuids::to_string(name).substr(0, 8));
    std::ofstream out(path, std::ios::binary);
    out << lines;
    if (!out.flush()) throw Refused(path.string() + " cannot be written: torn lines have nowhere to go");
    return path;
}

}  // namespace

size_t export_lines(const Store& store, std::ostream& out) {
    const std::vector<RunHead> runs = store.runs();
    for (const RunHead& run : runs)
        if (!(out << to_line(store.whole(run)) << '\n')) break;
    if (!out.flush()) throw Refused("the export cannot be written: is the disk full?");
    return runs.size();
}

Imported import_lines(Store& store, std::istream& in, const fs::path& folder) {
    Imported imported;
    std::vector<Run> batch;
    std::string torn, line;
    const auto add = [&] {
        const size_t added = store.add_all(batch);
        imported.added += added;
        imported.known += batch.size() - added;
        batch.clear();
    };
    for (size_t number = 1; std::getline(in, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        try {
            batch.push_back(from_line(line));
        } catch (const std::runtime_error& error) {
            imported.torn.push_back({number, error.what()});
            torn += line + '\n';
        }
        if (batch.size() == kBatch) add();
    }
    if (in.bad()) throw Refused("the import cannot be read to its end");
    add();
    if (!torn.empty()) imported.set_aside = set_aside(torn, folder);
    return imported;
}

}  // namespace simple::history
