// perf_history: what comparisons of two builds found, remembered, and shown.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <functional>

#include "bench/history/commands.h"
#include "bench/history/printable.h"

namespace {

using namespace simple::history;

void add_selection(CLI::App* command, Selection& selection) {
    command->add_option("--machine-key", selection.machine, "runs of this machine [that of the latest run]");
    command->add_option("--baseline", selection.baseline, "runs against this baseline [that of the latest run]");
}

}  // namespace

int main(int argc, char** argv) try {
    // What cannot be written is an error to report, not an end.
    std::signal(SIGXFSZ, SIG_IGN);
    CLI::App app("What bench_compare found, run by run, in one SQLite file.");
    std::string folder, file, name, instructions;
    AddOptions adding;
    Selection selection;
    std::function<int()> run;
    const auto command = [&](const char* title, const char* what, const std::function<int()>& act) {
        CLI::App* made = app.add_subcommand(title, what);
        made->callback([&run, act] { run = act; });
        return made;
    };
    app.add_option("--folder", folder, "where the history is")->required()->envname("SIMPLE_PERF_HISTORY");
    app.require_subcommand(1);

    CLI::App* made = command("add", "Add a report of bench_compare", [&] { return add(folder, adding); });
    made->add_option("FILE", adding.file, "what bench_compare --json wrote")->required();
    made->add_option("--commit", adding.commit, "the candidate's commit [HEAD of the current folder]");
    made->add_option("--subject", adding.subject, "what the commit says of itself [as git has it]");
    made->add_option("--baseline", adding.baseline, "the name of the baseline [as the report has it]");
    made->add_option("--at", adding.at, "when it was measured [now]");
    made->add_option("--machine-key", adding.machine, "what makes times comparable [as the report has it]");

    made = command("list", "List runs", [&] { return list(folder, selection); });
    made->add_option("--machine-key", selection.machine, "runs of this machine [all]");
    made->add_option("--baseline", selection.baseline, "runs against this baseline [all]");
    made->add_option("--last", selection.last, "how many runs at most [40]");

    made =
        command("show", "Show a call's history, with its change points", [&] { return show(folder, name, selection); });
    made->add_option("NAME", name, "add/smallest, add/*, add")->required();
    add_selection(made, selection);
    made->add_option("--last", selection.last, "how many runs at most [40]");

    add_selection(command("changes", "Where calls changed their level, and whether verdicts lean one way",
                          [&] { return changes(folder, selection); }),
                  selection);

    made = command("export", "Write every run as a line of JSON", [&] { return export_file(folder, file); });
    made->add_option("FILE", file, "- is standard output")->required();
    made = command("import", "Add the runs of an export that are not there", [&] { return import_file(folder, file); });
    made->add_option("FILE", file, "- is standard input")->required();
    command("check", "Read everything, and say whether it is as it was added", [&] { return check(folder); });
    command("repair", "Set a damaged file aside and keep the runs that can be read", [&] { return mend(folder); });
    made =
        command("page", "Write the history as a page for a browser", [&] { return page(folder, file, instructions); });
    made->add_option("--out", file, "the page's folder")->required();
    made->add_option("--instructions", instructions,
                     "counts to show by object: what ci/perf --instructions --json wrote");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 64;
    }
    return run();
} catch (const std::exception& error) {
    fmt::print(stderr, "perf_history: {}\n", printable(error.what()));
    return 2;
}
