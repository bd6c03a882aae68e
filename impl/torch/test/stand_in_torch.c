/* What stands for LibTorch: a library that needs libucs.so.0. */
void ucs_debug_disable_signals(void);

void* needs_ucs(void) { return (void*)ucs_debug_disable_signals; }
