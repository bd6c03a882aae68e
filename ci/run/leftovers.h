// Processes that a program under supervision leaves behind, wherever they went: into a session of their own, to another
// parent (setsid, a double fork). This process adopts them (PR_SET_CHILD_SUBREAPER) and knows them by a mark in their
// environment.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace simple::gate {

constexpr const char* kWorkerMark = "SIMPLE_GATE_WORKER";  // the variable; its value is the worker's own

// From now on what loses its parent becomes this process's child.
void adopt_orphans();

// Starts a process by `fork_it` (which returns fork's result) such that no other thread takes it for left behind.
pid_t start_owned(const std::function<pid_t()>& fork_it);
void disown(pid_t pid);  // once it has been waited for

// Ends what is left of the worker with that mark, and waits for it, a few seconds at most. Gives a line for each:
// "sleep, in a session of its own".
std::vector<std::string> end_leftovers(const std::string& mark);

}  // namespace simple::gate
