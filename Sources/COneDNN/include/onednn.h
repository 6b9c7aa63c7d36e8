// oneDNN behind a few functions: a primitive is created once with its buffers and then run as an instruction of a program.
#ifndef RIVAL_ONEDNN_H
#define RIVAL_ONEDNN_H
#include "kernels.h"

typedef struct rival_dnnl rival_dnnl;  // one primitive with its memory objects

enum { RIVAL_ACTIVATION_NONE = 0, RIVAL_ACTIVATION_LEAKY_RELU = 1, RIVAL_ACTIVATION_TANH = 2, RIVAL_ACTIVATION_SIGMOID = 3 };

// Creation never prints and never aborts: NULL means that oneDNN has no implementation; rival_dnnl_error() says why (thread local).
const char *rival_dnnl_error(void);
void rival_dnnl_destroy(rival_dnnl *primitive);

// float32 matmul c[batch,m,n] = a[batch,m,k] b[batch,k,n] (+ bias[n], activation). Strides in elements (row, column, batch): transposes
// are strides. c is dense. One primitive per team thread, each owning a contiguous share of the rows (of the batch when batch >= threads),
// created for single-threaded execution; run it as a TEAM instruction with exactly `threads` threads (with 1 thread it runs all the shares).
// accumulate != 0: c += a b (no bias, no activation).
typedef struct {
  const float *a, *b, *bias;
  float *c;
  int64_t batch, m, n, k;
  int64_t a_batch, a_row, a_column, b_batch, b_row, b_column;
  int32_t activation;
  float alpha;
  int32_t accumulate, threads;
} rival_matmul_description;
rival_dnnl *rival_dnnl_matmul(const rival_matmul_description *description);
void rival_run_dnnl_matmul(void *primitive, int thread, int threads);  // TEAM

// float32 convolution trio on NHWC / HWIO tensors; dilation as in kernels.h. Weights are read (or written) in the layout oneDNN prefers:
// the caller gives each convolution a packed-weights buffer and runs rival_run_dnnl_pack when the weights changed, so that two
// convolutions with the same layout share one packing. bias and activation: CONVOLUTION only (bias may be NULL).
typedef struct {
  rival_convolution_geometry geometry;
  int32_t kind;  // RIVAL_CONVOLUTION, ..._INPUT_GRADIENT, ..._KERNEL_GRADIENT
  int32_t activation;
  float alpha;
  int32_t has_bias;
} rival_convolution_description;
rival_dnnl *rival_dnnl_convolution(const rival_convolution_description *description);
size_t rival_dnnl_packed_bytes(const rival_dnnl *convolution);                                  // 0: the plain HWIO layout is used directly, no packing
int rival_dnnl_same_packing(const rival_dnnl *first, const rival_dnnl *second);                 // 1 when the packed layouts are equal
size_t rival_dnnl_scratch_bytes(const rival_dnnl *convolution);
// Buffers: input, weights, output as in rival_convolution; `weights` is the packed buffer when packed_bytes > 0 (KERNEL_GRADIENT: a
// packed result buffer, unpacked into HWIO by an unpack primitive). scratch may be shared by all SOLO instructions of a program.
void rival_dnnl_bind(rival_dnnl *convolution, void *input, void *weights, const void *bias, void *output, void *scratch);
void rival_run_dnnl_convolution(void *primitive, int thread, int threads);                      // SOLO

// A reorder of weights HWIO -> packed (for CONVOLUTION, INPUT_GRADIENT) or packed -> HWIO (for KERNEL_GRADIENT).
rival_dnnl *rival_dnnl_packing(const rival_dnnl *convolution, const void *source, void *destination);
void rival_run_dnnl_packing(void *primitive, int thread, int threads);                          // SOLO

#endif
