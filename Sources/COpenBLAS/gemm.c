// Matmul in shares through OpenBLAS, which stays on the calling thread, because rival_execute has set its thread count to one.
#include "openblas.h"

#include <cblas.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  CBLAS_TRANSPOSE transpose;
  int64_t leading;
} orientation;

// Row major with `row` between rows, or, transposed, `column` between columns. A size of 1 leaves its stride free.
static orientation orient(int64_t rows, int64_t columns, int64_t row, int64_t column) {
  if (columns == 1 || column == 1) return (orientation){CblasNoTrans, rows == 1 || row < columns ? columns : row};
  return (orientation){CblasTrans, column < rows ? rows : column};
}

static size_t element_bytes(const rival_gemm *gemm) { return gemm->dtype == RIVAL_FLOAT64 ? sizeof(double) : sizeof(float); }

// Rows [first, first + rows) of one product.
static void run_rows(const rival_gemm *g, int64_t batch, int64_t first, int64_t rows) {
  size_t bytes = element_bytes(g);
  char *c = (char *)g->c + (size_t)((batch * g->m + first) * g->n) * bytes;
  if (rows == 0 || g->n == 0) return;
  if (g->k == 0) {
    if (!g->accumulate) memset(c, 0, (size_t)(rows * g->n) * bytes);
    return;
  }
  const char *a = (const char *)g->a + (batch * g->a_batch + first * g->a_row) * (int64_t)bytes;
  const char *b = (const char *)g->b + batch * g->b_batch * (int64_t)bytes;
  orientation left = orient(rows, g->k, g->a_row, g->a_column), right = orient(g->k, g->n, g->b_row, g->b_column);
  blasint m = (blasint)rows, n = (blasint)g->n, k = (blasint)g->k;
  blasint lda = (blasint)left.leading, ldb = (blasint)right.leading;
  if (g->dtype == RIVAL_FLOAT64) {
    cblas_dgemm(
        CblasRowMajor, left.transpose, right.transpose, m, n, k, 1, (const double *)a, lda, (const double *)b, ldb,
        g->accumulate ? 1 : 0, (double *)c, n);
  } else {
    cblas_sgemm(
        CblasRowMajor, left.transpose, right.transpose, m, n, k, 1, (const float *)a, lda, (const float *)b, ldb,
        g->accumulate ? 1 : 0, (float *)c, n);
  }
}

static void run_share(const rival_gemm *g, int share, int shares) {
  if (g->batch >= shares) {
    for (int64_t batch = g->batch * share / shares; batch < g->batch * (share + 1) / shares; batch++) run_rows(g, batch, 0, g->m);
  } else {
    int64_t first = g->m * share / shares, rows = g->m * (share + 1) / shares - first;
    for (int64_t batch = 0; batch < g->batch; batch++) run_rows(g, batch, first, rows);
  }
}

void rival_run_gemm(void *gemm, int thread, int threads) {
  const rival_gemm *g = gemm;
  const int shares = g->threads < 1 ? 1 : g->threads;
  for (int share = thread; share < shares; share += threads) run_share(g, share, shares);
}

static char description[96];

// The configuration has the version first; the kernels are those of the core that was found, or that OPENBLAS_CORETYPE names.
static void describe(void) {
  char version[32] = "";
  sscanf(openblas_get_config(), "OpenBLAS %31s", version);
  snprintf(description, sizeof description, "%s %s", version, openblas_get_corename());
}

const char *rival_openblas_description(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, describe);
  return description;
}
