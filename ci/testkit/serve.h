// A suite as a fork server: it loads the backend and registers its cases once, and each batch runs in a forked child.
// A backend that ends the process costs a fork that way and not another start.
//
// It reads lines "run LIST_FILE CANARIES EXIT_CODE [FUNCTION,...]" from the control descriptor, and answers each with
// "started PID", and "ended exit|signal|stop NUMBER" once the child is gone; "cannot" where the process has several
// threads, which a fork would lose.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace simple {

struct Batch {
    std::string list_file;
    size_t canaries = 0;
    int exit_code = -1;
    std::vector<std::string> given_up;
};

// Gives a child its batch; nothing in the server itself, when nobody asks any more.
std::optional<Batch> serve(int control);

}  // namespace simple
