// The part of libgomp that is called here: how many threads the calling thread's library calls have. Declared because clang without an
// OpenMP runtime of its own brings no omp.h.
#ifndef RIVAL_OPENMP_H
#define RIVAL_OPENMP_H

int omp_get_max_threads(void);
void omp_set_num_threads(int threads);

#endif
