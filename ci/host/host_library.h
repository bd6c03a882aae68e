// The nine spl_* functions of a Simple runtime (ci/host/spl_host.h), for candidates that expect them of their host.
#pragma once

namespace simple {

// Where the gate was told --no-host: nothing is loaded then.
constexpr const char* kNoHost = "SIMPLE_NO_HOST";

// Loads the build's libsimple_spl_host.so such that every library loaded from now on finds its functions. Nothing
// happens where it is not beside this program's folder: whoever needs them then does not load, and names them.
void load_host_functions();

}  // namespace simple
