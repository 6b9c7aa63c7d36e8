// oneDNN behind a few functions: a primitive is created once with its buffers and then run as an instruction of a program.
#ifndef RIVAL_ONEDNN_H
#define RIVAL_ONEDNN_H
#include "kernels.h"

typedef struct rival_dnnl rival_dnnl;  // one primitive with its memory objects

// Creation never prints and never aborts: NULL means that oneDNN has no implementation; rival_dnnl_error() says why (thread local).
//
// Every primitive is a set of shares, as many as its description's `threads`, each made for one thread. What a share computes
// depends on the description alone: not on the machine, not on the OpenMP pool, not on who runs it.
const char *rival_dnnl_error(void);
// Its version and the instruction set that it uses, on which its last bits depend: "2.7.4 avx512_core_amx".
const char *rival_dnnl_description(void);
void rival_dnnl_destroy(rival_dnnl *primitive);

// rival_run, of matmuls, convolutions and packings: does the shares thread, thread + threads, …; with one thread, all of them.
void rival_run_dnnl(void *primitive, int thread, int threads);

// float32 matmul c[batch,m,n] = a[batch,m,k] b[batch,k,n] (+ bias[n], activation). Strides in elements (row, column, batch): transposes
// are strides. c is dense. A share is a contiguous part of the rows (of the batch when batch >= threads).
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

// float32 convolution trio on NHWC / HWIO tensors; dilation as in kernels.h. A share is a contiguous part of the images. Weights are read
// (or written) in the layout that oneDNN prefers: the caller gives each convolution a buffer of packed weights and runs a packing when
// the weights changed, so that two convolutions with the same layout share one packing. bias and activation: CONVOLUTION only (bias may
// be NULL).
typedef struct {
  rival_convolution_geometry geometry;
  int32_t kind;  // RIVAL_CONVOLUTION, ..._INPUT_GRADIENT, ..._KERNEL_GRADIENT
  int32_t activation;
  float alpha;
  int32_t has_bias, threads;
} rival_convolution_description;
rival_dnnl *rival_dnnl_convolution(const rival_convolution_description *description);
size_t rival_dnnl_packed_bytes(const rival_dnnl *convolution);                    // 0: plain HWIO is used directly, no packing
int rival_dnnl_same_packing(const rival_dnnl *first, const rival_dnnl *second);   // 1 when the packed layouts are equal
size_t rival_dnnl_scratch_bytes(const rival_dnnl *convolution);
// Buffers: input, weights, output as in rival_convolution; `weights` is the packed buffer when packed_bytes > 0 (KERNEL_GRADIENT: what the
// shares have computed, each in the packed layout, which the packing unpacks and adds up). scratch may be shared by instructions between
// which a barrier stands.
void rival_dnnl_bind(rival_dnnl *convolution, void *input, void *weights, const void *bias, void *output, void *scratch);

// Weights from HWIO to packed (of CONVOLUTION and INPUT_GRADIENT), or from packed to HWIO (of KERNEL_GRADIENT).
rival_dnnl *rival_dnnl_packing(const rival_dnnl *convolution, const void *source, void *destination);

#endif
