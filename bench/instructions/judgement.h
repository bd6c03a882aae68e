// Whether a candidate's calls cost more than a baseline's, and what kind of thing is more.
#pragma once

#include <string>
#include <vector>

#include "bench/instructions/counts.h"

namespace simple::bench {

struct Judgement {
    enum class Result {
        same,
        reported,  // instructions more, within the limit
        improved,  // nothing more, and something less
        worse,     // something more than the limit lets pass
        unknown    // the baseline has no such call, or the candidate none that can be counted
    };
    std::string call;
    Result result = Result::same;
    // Each thing that changed, by its name: "instructions 72 -> 76 (+4; the limit is +3): rt_torch_torchtensor_ndim
    // +4", "locks 0 -> 1 (+1): pthread_mutex_lock".
    std::vector<std::string> changes;
};
const char* name_of(Judgement::Result result);

// Instructions more than the larger of 3 and 0.5 % of the baseline's are worse.
double instruction_limit(double baseline);

// Every call of either side. Of a call whose count varies within a run, the least is judged by the least and the most
// by the most; the limit is no less than what the baseline's varies by. Beyond instructions anything more is worse: an
// allocation, a lock, a dispatcher entry or an atomic instruction is none by accident, and their counts do not depend
// on the heap.
std::vector<Judgement> judge(const Counts& candidate, const Counts& baseline);

}  // namespace simple::bench
