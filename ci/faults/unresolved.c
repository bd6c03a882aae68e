/* Makes a library that cannot be loaded with RTLD_NOW: nothing defines what it calls. */
void rt_torch_nobody_defines_this(void);
void call_it(void);
void call_it(void) { rt_torch_nobody_defines_this(); }
