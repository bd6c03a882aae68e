/* ROOT_NAME: root_library, which needs handler_library; latest_library, which needs nothing. */
int ROOT_NAME(void);
int handler_library(void);

#if defined(NEEDS_HANDLER)
int ROOT_NAME(void) { return handler_library(); }
#else
int ROOT_NAME(void) { return 0; }
#endif
