/* An OpenMP runtime, as far as one is asked to before a fork: it tells what it was asked. */
void omp_set_num_threads(int count);

int pauses = 0;
int threads = 0;

void omp_set_num_threads(int count) { threads = count; }

#ifdef PAUSE_RESULT
int omp_pause_resource_all(int kind);
int omp_pause_resource_all(int kind) {
    pauses += kind;
    return PAUSE_RESULT;
}
#endif

#ifdef BEGINS_ANEW
void __kmpc_fork_call(void);
void __kmpc_fork_call(void) {}
#endif
