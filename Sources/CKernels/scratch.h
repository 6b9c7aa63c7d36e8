// Thread-local scratch memory, 64-byte aligned, kept until the thread ends.
#ifndef RIVAL_SCRATCH_H
#define RIVAL_SCRATCH_H
#include <stddef.h>

// At least `bytes` bytes; grows when the thread's scratch is smaller. NULL when memory is exhausted.
void *rival_scratch(size_t bytes);

#endif
