/* Brings the library along, which it is linked with. */
#include "impl/abi/rt_torch.h"

int64_t plugin_tensors(void);
int64_t plugin_tensors(void) { return rt_torch_live_tensors(); }
