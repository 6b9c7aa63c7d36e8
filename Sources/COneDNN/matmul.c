// A float32 matmul in shares, one per thread of the team, each computed by its thread alone.
//
// Which routine computes a share is a fixed rule on its shape. Measured on one thread of an AVX-512 core whose peak
// is near 255 GFLOP/s (oneDNN 2.6.3, OpenBLAS 0.3.21; microseconds, medians; two threads at once give the same
// times):
//
//     rows x n x k, transposed       matmul primitive   dnnl_sgemm   cblas_sgemm
//     128 x 128 x 128                      17.6             16.9         36.5
//     128 x 128 x 128, b                   17.5             18.5         37.3
//      64 x 128 x 256, a                   17.2             17.0         38.0
//     512 x 512 x 512                      1108             1117         2191
//      32 x 4096 x 100                      128              119          242
//      32 x 100 x 4096, b                   161              694          293
//     128 x 1 x 128                        2.44             0.61         2.51
//      32 x 1 x 4096                       21.1              4.8         24.9
//       1 x 4096 x 100                     30.0             15.8         60.0
//       4 x 512 x 512                      24.9             12.8         49.5
//      16 x 512 x 512, b                   51.2             70.8          107
//      32 x 4096 x 1, b                    14.9             17.6         11.3   (a plain loop: 6.9)
//
// So: a loop for outer products (k = 1, b with unit stride); dnnl_sgemm for vectors (n = 1, or one row) and for up to
// 4 rows with b not transposed; the primitive for the rest. The primitive also takes whatever has a tanh or a
// sigmoid, which it vectorizes.
#include <math.h>
#include <stdlib.h>

#include "internal.h"

typedef struct {
  enum { SHARE_EMPTY, SHARE_FILL, SHARE_PRIMITIVE, SHARE_SGEMM, SHARE_OUTER } method;
  int64_t batch, rows;
  int64_t a_offset, b_offset, c_offset;  // elements from the matrices' starts
  rival_bound bound;
  void *scratch;
} share;

struct rival_shares {
  rival_matmul_description description;  // with strides that are meaningful even along sizes of 1
  int count;
  share shares[];
};

static float activate(float x, int activation, float alpha) {
  switch (activation) {
    case RIVAL_ACTIVATION_LEAKY_RELU: return x > 0 ? x : x * alpha;
    case RIVAL_ACTIVATION_TANH: return tanhf(x);
    case RIVAL_ACTIVATION_SIGMOID: return 1 / (1 + expf(-x));
    default: return x;
  }
}

// A size of 1 leaves its stride free: gives it the value that makes the matrix plainly row or column major.
static void settle_strides(int64_t rows, int64_t columns, int64_t *row, int64_t *column) {
  if (columns == 1) {
    *column = 1;
    if (rows == 1) *row = 1;
  } else if (rows == 1) {
    *row = *column == 1 ? columns : 1;
  }
}

static bool is_matrix(int64_t rows, int64_t columns, int64_t row, int64_t column) {
  return (column == 1 && row >= columns) || (row == 1 && column >= rows);
}

static bool is_cheap(int activation) {
  return activation == RIVAL_ACTIVATION_NONE || activation == RIVAL_ACTIVATION_LEAKY_RELU;
}

static bool suits_loop(const rival_matmul_description *d) {
  return is_cheap(d->activation) && d->k == 1 && d->b_column == 1;
}

static bool suits_sgemm(const rival_matmul_description *d, int64_t rows) {
  if (!is_cheap(d->activation)) return false;
  return d->n == 1 || rows == 1 || (rows <= 4 && d->b_column == 1);
}

static bool describe(dnnl_memory_desc_t *layout, int64_t batch, int64_t rows, int64_t columns, const int64_t strides[3]) {
  bool batched = batch > 0;
  dnnl_dims_t dims = {batch, rows, columns}, steps = {strides[0], strides[1], strides[2]};
  if (!batched) {
    dims[0] = rows, dims[1] = columns;
    steps[0] = strides[1], steps[1] = strides[2];
  } else if (strides[0] == 0) {
    dims[0] = 1;  // broadcast
    steps[0] = rows * columns;
  }
  dnnl_status_t status = dnnl_memory_desc_init_by_strides(layout, batched ? 3 : 2, dims, dnnl_f32, steps);
  return status == dnnl_success || rival_dnnl_fail_status("describe a matrix", status);
}

static bool create_primitive(const rival_matmul_description *d, share *share) {
  dnnl_memory_desc_t a, b, c, bias;
  int64_t batch = share->batch > 1 ? share->batch : 0;
  if (!describe(&a, batch, share->rows, d->k, (int64_t[]){d->a_batch, d->a_row, d->a_column})) return false;
  if (!describe(&b, batch, d->k, d->n, (int64_t[]){d->b_batch, d->b_row, d->b_column})) return false;
  if (!describe(&c, batch, share->rows, d->n, (int64_t[]){d->m * d->n, d->n, 1})) return false;
  if (!describe(&bias, batch ? 1 : 0, 1, d->n, (int64_t[]){d->n, d->n, 1})) return false;

  dnnl_matmul_desc_t operation;
  dnnl_status_t status = dnnl_matmul_desc_init(&operation, &a, &b, d->bias ? &bias : NULL, &c);
  if (status != dnnl_success) return rival_dnnl_fail_status("describe a matmul", status);
  dnnl_primitive_attr_t attributes = rival_dnnl_attributes(d->accumulate, d->activation, d->alpha);
  if (!attributes) return false;
  dnnl_primitive_desc_t descriptor = NULL;
  status = dnnl_primitive_desc_create(&descriptor, &operation, attributes, rival_dnnl_engine(), NULL);
  dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) return rival_dnnl_fail_status("implement this matmul", status);

  bool made = false;
  if (rival_dnnl_is_reference(descriptor)) {
    rival_dnnl_fail("oneDNN has only its unoptimized matmul for these strides; copy the operands to dense matrices");
  } else if ((status = dnnl_primitive_create(&share->bound.primitive, descriptor)) != dnnl_success) {
    share->bound.primitive = NULL;
    rival_dnnl_fail_status("create a matmul", status);
  } else {
    const dnnl_memory_desc_t *scratch = dnnl_primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0);
    size_t bytes = dnnl_memory_desc_get_size(scratch);
    if (bytes > 0) share->scratch = rival_allocate(bytes);
    made = rival_bound_add(&share->bound, DNNL_ARG_SRC, &a, NULL) && rival_bound_add(&share->bound, DNNL_ARG_WEIGHTS, &b, NULL) &&
           rival_bound_add(&share->bound, DNNL_ARG_DST, &c, NULL) &&
           (!d->bias || rival_bound_add(&share->bound, DNNL_ARG_BIAS, &bias, NULL)) &&
           (bytes == 0 || rival_bound_add(&share->bound, DNNL_ARG_SCRATCHPAD, scratch, share->scratch));
  }
  dnnl_primitive_desc_destroy(descriptor);
  return made;
}

static bool plan_share(const rival_matmul_description *d, share *share, int index, int count) {
  int64_t first;
  share->batch = d->batch;
  share->rows = d->m;
  if (d->batch >= count) {
    first = d->batch * index / count;
    share->batch = d->batch * (index + 1) / count - first;
    share->a_offset = first * d->a_batch;
    share->b_offset = first * d->b_batch;
    share->c_offset = first * d->m * d->n;
  } else {
    first = d->m * index / count;
    share->rows = d->m * (index + 1) / count - first;
    share->a_offset = first * d->a_row;
    share->c_offset = first * d->n;
  }
  if (share->batch == 0 || share->rows == 0 || d->n == 0 || (d->k == 0 && d->accumulate)) {
    share->method = SHARE_EMPTY;
  } else if (d->k == 0) {
    share->method = SHARE_FILL;
  } else if (suits_loop(d)) {
    share->method = SHARE_OUTER;
  } else if (suits_sgemm(d, share->rows)) {
    share->method = SHARE_SGEMM;
  } else {
    share->method = SHARE_PRIMITIVE;
    return create_primitive(d, share);
  }
  return true;
}

rival_shares *rival_shares_create(const rival_matmul_description *description) {
  if (!rival_dnnl_engine()) return NULL;
  int count = description->threads < 1 ? 1 : description->threads;
  rival_shares *shares = calloc(1, sizeof *shares + (size_t)count * sizeof(share));
  if (!shares) {
    rival_dnnl_fail("no memory for a matmul's description");
    return NULL;
  }
  shares->count = count;
  rival_matmul_description *d = &shares->description;
  *d = *description;
  if (d->accumulate) d->bias = NULL, d->activation = RIVAL_ACTIVATION_NONE;
  settle_strides(d->m, d->k, &d->a_row, &d->a_column);
  settle_strides(d->k, d->n, &d->b_row, &d->b_column);
  bool empty = d->batch == 0 || d->m == 0 || d->n == 0 || d->k == 0;
  bool made = empty || (is_matrix(d->m, d->k, d->a_row, d->a_column) && is_matrix(d->k, d->n, d->b_row, d->b_column));
  if (!made) rival_dnnl_fail("a matmul's operands must have stride 1 along rows or columns and no overlap; copy them first");

  int previous = rival_enter_single();
  for (int i = 0; i < count && made; i++) made = plan_share(d, &shares->shares[i], i, count);
  rival_leave_single(previous);
  if (made) return shares;
  rival_shares_destroy(shares);
  return NULL;
}

void rival_shares_bind(rival_shares *shares, const float *a, const float *b, const float *bias, float *c) {
  rival_matmul_description *d = &shares->description;
  d->a = a, d->b = b, d->c = c;
  if (d->bias) d->bias = bias;
  for (int i = 0; i < shares->count; i++) {
    share *share = &shares->shares[i];
    if (share->method != SHARE_PRIMITIVE) continue;
    rival_bound_set(&share->bound, DNNL_ARG_SRC, a + share->a_offset);
    rival_bound_set(&share->bound, DNNL_ARG_WEIGHTS, b + share->b_offset);
    rival_bound_set(&share->bound, DNNL_ARG_BIAS, bias);
    rival_bound_set(&share->bound, DNNL_ARG_DST, c + share->c_offset);
  }
}

static void run_fill(const rival_matmul_description *d, float *c, int64_t rows) {
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < d->n; j++) c[i * d->n + j] = activate(d->bias ? d->bias[j] : 0, d->activation, d->alpha);
  }
}

static void apply_leaky_relu(float *c, int64_t count, float alpha) {
  for (int64_t i = 0; i < count; i++) c[i] = c[i] > 0 ? c[i] : c[i] * alpha;
}

static void run_sgemm(const rival_matmul_description *d, const share *share, int64_t batch) {
  const float *a = d->a + share->a_offset + batch * d->a_batch, *b = d->b + share->b_offset + batch * d->b_batch;
  float *restrict c = d->c + share->c_offset + batch * d->m * d->n;
  int64_t rows = share->rows, n = d->n;
  bool a_plain = d->a_column == 1, b_plain = d->b_column == 1;
  dnnl_sgemm(
      a_plain ? 'N' : 'T', b_plain ? 'N' : 'T', rows, n, d->k, 1, a, a_plain ? d->a_row : d->a_column, b,
      b_plain ? d->b_row : d->b_column, d->accumulate ? 1 : 0, c, n);
  const float *restrict bias = d->bias;
  if (bias) {
    for (int64_t i = 0; i < rows; i++) {
      for (int64_t j = 0; j < n; j++) c[i * n + j] += bias[j];
    }
  }
  if (d->activation == RIVAL_ACTIVATION_LEAKY_RELU) apply_leaky_relu(c, rows * n, d->alpha);
}

// k = 1: each row is a multiple of b's only one. Whole rows are written one after the other.
static void run_outer(const rival_matmul_description *d, const share *share, int64_t batch) {
  const float *a = d->a + share->a_offset + batch * d->a_batch, *restrict b = d->b + share->b_offset + batch * d->b_batch;
  const float *restrict bias = d->bias;
  int64_t n = d->n;
  for (int64_t i = 0; i < share->rows; i++) {
    float *restrict c = d->c + share->c_offset + batch * d->m * n + i * n;
    float x = a[i * d->a_row];
    if (d->accumulate) {
      for (int64_t j = 0; j < n; j++) c[j] += x * b[j];
    } else if (bias) {
      for (int64_t j = 0; j < n; j++) c[j] = x * b[j] + bias[j];
    } else {
      for (int64_t j = 0; j < n; j++) c[j] = x * b[j];
    }
    if (d->activation == RIVAL_ACTIVATION_LEAKY_RELU) apply_leaky_relu(c, n, d->alpha);
  }
}

void rival_shares_run(const rival_shares *shares, int thread, int threads) {
  const rival_matmul_description *d = &shares->description;
  for (int i = thread; i < shares->count; i += threads) {
    const share *share = &shares->shares[i];
    switch (share->method) {
      case SHARE_EMPTY: break;
      case SHARE_FILL:
        for (int64_t batch = 0; batch < share->batch; batch++) {
          run_fill(d, d->c + share->c_offset + batch * d->m * d->n, share->rows);
        }
        break;
      case SHARE_SGEMM:
        for (int64_t batch = 0; batch < share->batch; batch++) run_sgemm(d, share, batch);
        break;
      case SHARE_OUTER:
        for (int64_t batch = 0; batch < share->batch; batch++) run_outer(d, share, batch);
        break;
      case SHARE_PRIMITIVE: rival_bound_run(&share->bound); break;
    }
  }
}

void rival_shares_destroy(rival_shares *shares) {
  if (!shares) return;
  for (int i = 0; i < shares->count; i++) {
    rival_bound_release(&shares->shares[i].bound);
    if (shares->shares[i].scratch) rival_free(shares->shares[i].scratch);
  }
  free(shares);
}

rival_dnnl *rival_dnnl_matmul(const rival_matmul_description *description) {
  rival_shares *shares = rival_shares_create(description);
  if (!shares) return NULL;
  rival_dnnl *matmul = calloc(1, sizeof *matmul);
  if (!matmul) {
    rival_dnnl_fail("no memory for a matmul's description");
    rival_shares_destroy(shares);
    return NULL;
  }
  matmul->method = RIVAL_METHOD_MATMUL;
  matmul->shares = shares;
  rival_shares_bind(shares, description->a, description->b, description->bias, description->c);
  return matmul;
}
