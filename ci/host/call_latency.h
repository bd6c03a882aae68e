/* What linking costs a call: rt_torch_torchtensor_ndim as this program has it linked, against the same by pointer. */
#ifndef CALL_LATENCY_H
#define CALL_LATENCY_H

/* Writes {"ratio": …, "null": …} to descriptor 3, as the gate's latency checks read it; measures when it is told to
 * (ci/host/wait_for_go.h). The pointer comes from the library that RT_TORCH_LIBRARY names, else from what is loaded.
 * Returns the program's exit code. */
int measure_call_latency(void);

#endif
