// The dyncall forms over the proxy's functions, with what is planted in them (form_faults.h).
#include "ci/faults/form_faults.h"

#define RT_API extern "C" __attribute__((visibility("default")))
#include "forms.inc"
