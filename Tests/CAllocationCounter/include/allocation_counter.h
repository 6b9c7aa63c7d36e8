// Counts the process's calls of the allocator: linked into a test binary, it stands in front of malloc and its kin.
#ifndef RIVAL_ALLOCATION_COUNTER_H
#define RIVAL_ALLOCATION_COUNTER_H
#include <stdint.h>

// Calls of malloc, calloc, realloc, aligned_alloc, posix_memalign and memalign so far, by all threads.
int64_t rival_allocation_count(void);

// The same by the calling thread alone.
int64_t rival_thread_allocation_count(void);

#endif
