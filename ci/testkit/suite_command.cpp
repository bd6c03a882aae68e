#include "ci/testkit/suite_command.h"

#include <CLI/CLI.hpp>
#include <sstream>

#include "impl/abi/shell_quoted.h"

namespace simple {

std::optional<int> parse_suite_command(const char* suite, int argc, char** argv, SuiteCommand& command) {
    SuiteOptions& options = command.options;
    CLI::App app(std::string("The ") + suite + " suite: cases against a backend. GoogleTest's own options work too.");
    app.option_defaults()->disable_flag_override();
    app.add_option("--backend", options.backend, "the library under test; without it the functions in this process");
    app.add_option("--second", options.second, "a second backend to compare with");
    app.add_option("--seed", options.seed, "seed of everything that is drawn")->capture_default_str();
    app.add_option("--examples", options.examples, "examples a property; 0 is the suite's default");
    app.add_option("--leak-calls", options.leak_calls,
                   "repeats in a round of the leak cases; 0 is twice as many as examples");
    app.add_option("--device", options.device, "cpu or cuda:N")->capture_default_str();
    app.add_option("--filter", command.filter, "only cases whose id matches one of these patterns (* and ?)")
        ->delimiter(',');
    app.add_option("--needs", command.needs, "only cases that need this: cuda");
    app.add_option("--cases-from", command.cases_from, "run the cases named in this file, one a line, in its order");
    app.add_option("--canaries", command.canaries, "how many ids of that file are of no case: cases that must fail");
    app.add_flag("--serve", command.serve, "run the batches that the control descriptor names (ci/testkit/serve.h)");
    app.add_option("--events-fd", command.events_fd, "stream events as JSON lines to this descriptor");
    app.add_option("--exit-code", command.exit_code, "end with this once all cases ran, passed or not");
    app.add_option("--watch", command.watch,
                   "a file that tells which function is being called (ci/testkit/call_watch.h)");
    app.add_option("--given-up", command.given_up,
                   "functions that are not called: a case that needs one ends as given up")
        ->delimiter(',');
    app.add_flag("--whole-plan", command.whole_plan, "tell the plan of all cases before those of --cases-from are run");
    app.add_flag("--list-cases", command.list,
                 "print the plan as JSON (to the events' descriptor, where given) and end");
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? 0 : 64;
    }
    return std::nullopt;
}

std::string command_line(const char* program, const SuiteOptions& options) {
    const SuiteOptions defaults;
    std::ostringstream line;
    line << shell_word(program);
    if (!options.backend.empty()) line << " --backend " << shell_quoted(options.backend);
    if (!options.second.empty()) line << " --second " << shell_quoted(options.second);
    if (options.seed != defaults.seed) line << " --seed " << options.seed;
    if (options.examples != defaults.examples) line << " --examples " << options.examples;
    if (options.leak_calls != defaults.leak_calls) line << " --leak-calls " << options.leak_calls;
    if (options.device != defaults.device) line << " --device " << options.device;
    return line.str();
}

}  // namespace simple
