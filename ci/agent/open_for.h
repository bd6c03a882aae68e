/* dlopen on behalf of another caller. */
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

typedef void* (*SimpleOpen)(const char*, int);

/* What `real`, dlopen, opens where code at the address `caller` calls it. The loader looks for a name without a slash
 * where its caller says (DT_RUNPATH), and would take us for the caller. */
void* simple_open_for(void* caller, SimpleOpen real, const char* file, int mode);

#ifdef __cplusplus
}
#endif
