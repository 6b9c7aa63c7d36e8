// The part of libgomp that the team runtime calls; oneDNN and OpenBLAS share the same pool.
#ifndef RIVAL_OPENMP_H
#define RIVAL_OPENMP_H

void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags);
int omp_get_thread_num(void);
int omp_get_num_threads(void);
int omp_get_max_threads(void);
void omp_set_num_threads(int threads);

#endif
