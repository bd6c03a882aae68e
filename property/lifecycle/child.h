// A forked child: what it does must end well and in time (H5).
#pragma once

#include <functional>

namespace simple::property {

// Runs body in a child of fork. Its status: what body returned, kThrew when it threw, 128 plus the signal that ended it
// (SIGALRM after 60 s, grown by the time scale: it hung).
int in_child(const std::function<int()>& body);

constexpr int kThrew = 99;

}  // namespace simple::property
