// What LibTorch's cpuinfo says of a processor that it cannot look at.
#pragma once

namespace simple::torch_backend {

// Once a process, before LibTorch first computes: it looks at /proc/cpuinfo then, and where that cannot be read, as in
// a sandbox, writes a line to stderr (T3). The line is dropped; what other threads write meanwhile arrives, later by
// some milliseconds; a process that one of them starts meanwhile keeps writing where nobody reads. LibTorch computes
// with its plainest kernels there.
void look_at_processor();

}  // namespace simple::torch_backend
