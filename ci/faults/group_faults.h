// What whole groups of cases are there to find, planted in any one function: "group.a tensor left.exp". A case that
// passes on what fits its group judges nothing of what it is named for, whatever else it fails on.
#pragma once

#include <string>
#include <vector>

#include "impl/abi/backend.h"

namespace simple::planted {

enum class GroupFault {
    leaves_tensor,      // of each call, whatever its outcome
    leaves_bytes,       // 16
    prints,             // a line to stderr
    off_on_threads,     // wrong on every thread but the first
    off_in_child,       // wrong in the child of a fork
    fails_in_child,     // with code 100
    off_after_failure,  // wrong once a call has failed on its thread, of whatever function
    off_on_devices,     // wrong where its first argument is on a device
    leaves_device,      // on the CPU where its first argument is on a device
    takes_forged,       // a handle that names nothing counts as a tensor
    shared_no_grad,     // no_grad of one thread cuts its results on all
    gives_null          // in place of a text
};
const std::vector<GroupFault>& all_group_faults();
const char* to_string(GroupFault kind);

// Wrong is the last element of the tensor, or the number, that it gives; what has neither fails with code 100.
void plant_group_fault(Backend& to, Fn fn, GroupFault kind);

}  // namespace simple::planted
