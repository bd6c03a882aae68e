// The reports of a run, all written from the one verdict: verdict.json (verdict.schema.json describes it), junit.xml,
// summary.md, verdict.sarif (SARIF 2.1.0), index.html (the page of the run), and where something was measured the files
// of measurements.h.
#pragma once

#include <string>
#include <vector>

#include "reports/verdict.h"

namespace simple::reports {

// What the suite of --spec called; its step writes it to the reports.
inline constexpr const char* kSpecCalls = "spec-calls.json";

// Makes the folder and checks that it can be written to. Throws std::runtime_error.
void prepare(const std::string& folder);

// The first thing that a run does: an earlier run's reports go, and those of `running` stand in their place, so that
// whatever ends this run leaves no verdict that is not its own. Throws std::runtime_error.
void begin(const gate::Verdict& running, const std::string& folder);

// Makes `latest` a link to the folder of a run beside it, at once, and removes the folders of all but the newest runs.
// Throws std::runtime_error.
void point(const std::string& latest, const std::string& folder);

// The last thing. All files appear, whole, or none does. Throws std::runtime_error.
void write_all(const gate::Verdict& verdict, const std::string& folder);

// One more, beside the reports or elsewhere. First demand_replaceable: one of an earlier run goes, so that it does not
// stand for this one. Both throw std::runtime_error.
void demand_replaceable(const std::string& file);
void write_whole(const std::string& text, const std::string& file);

// Of everything that write_all may write.
std::vector<std::string> file_names();

std::string to_json(const gate::Verdict& verdict);  // of the newest format
std::vector<std::string> verdict_formats();         // that can be read, the newest last
std::string to_junit(const gate::Verdict& verdict);
std::string to_markdown(const gate::Verdict& verdict);
std::string to_sarif(const gate::Verdict& verdict);
std::string to_html(const gate::Verdict& verdict);

}  // namespace simple::reports
