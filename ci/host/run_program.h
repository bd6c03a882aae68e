// Runs a program to its end, for suites whose cases are programs.
#pragma once

#include <string>
#include <vector>

namespace simple {

struct ProgramRun {
    std::string output;  // stdout
    std::string errors;  // stderr
    int exit_code = -1;  // -1 when a signal ended it
    int signal = 0;
    double seconds = 0;

    std::string ending() const;  // "exit code 1", "signal 11"
};

// environment: entries "NAME=value" that are added to this process's. The program dies with this process.
ProgramRun run_program(const std::vector<std::string>& command, const std::vector<std::string>& environment = {});

// The build folder's bin/, where this program lies.
std::string bin_folder();

}  // namespace simple
