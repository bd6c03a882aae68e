/* Needs handler_library. */
int handler_library(void);

int root_library(void) { return handler_library(); }
