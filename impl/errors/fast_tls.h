// Thread-local variables that every call reads.
#pragma once

// A shared library reaches a thread-local through __tls_get_addr, 4 ns each time and five times in a call, as it may be
// loaded after the thread started. The initial-exec model takes a fixed place instead, out of the some 1.5 KB that the
// loader sets aside for libraries opened later (glibc's rtld.optional_static_tls); all of ours are 160 bytes. GCC's
// __thread says besides that the initial value is a constant, so that no call checks whether it was made.
#define SIMPLE_FAST_TLS __attribute__((tls_model("initial-exec")))
