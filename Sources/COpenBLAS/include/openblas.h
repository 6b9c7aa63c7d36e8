// float64 products through OpenBLAS, and float32 ones where it beats oneDNN, as instructions of a program.
#ifndef RIVAL_OPENBLAS_H
#define RIVAL_OPENBLAS_H
#include "kernels.h"

typedef struct {
  const void *a, *b;
  void *c;                 // dense [batch, m, n]
  int64_t batch, m, n, k;
  int64_t a_batch, a_row, a_column, b_batch, b_row, b_column;  // strides in elements; for each matrix one of row, column must be 1 (or the size along it 1)
  int32_t dtype;           // RIVAL_FLOAT32 or RIVAL_FLOAT64
  int32_t accumulate;
  int32_t threads;         // how many shares there are
} rival_gemm;
// rival_run: does the shares thread, thread + threads, …; with one thread, all of them. A share is a contiguous part of the rows (of the
// batch when batch >= threads), on one thread.
void rival_run_gemm(void *gemm, int thread, int threads);

// Its version and the processor core that its kernels are for, on which its last bits depend: "0.3.21 SkylakeX".
const char *rival_openblas_description(void);

#endif
