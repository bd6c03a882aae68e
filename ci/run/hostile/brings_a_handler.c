/* Needs a library that takes a signal. */
int takes_hangup(void);

int brings_a_handler(void) { return takes_hangup(); }
