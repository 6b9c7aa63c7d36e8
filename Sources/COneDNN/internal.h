// What the files of this target share: the engine, a primitive with its arguments, and the OpenMP entry points.
#ifndef RIVAL_ONEDNN_INTERNAL_H
#define RIVAL_ONEDNN_INTERNAL_H
#include <dnnl.h>
#include <stdbool.h>

#include "onednn.h"

// libgomp's entry points, declared here because clang without an OpenMP runtime of its own brings no omp.h.
extern int omp_get_max_threads(void);
extern void omp_set_num_threads(int threads);

// oneDNN divides work and sizes its scratch by the calling thread's setting when a primitive is created. All primitives here are made
// for one thread, and run on one: shares are divided over threads by us. Returns the setting to restore.
static inline int rival_enter_single(void) {
  int previous = omp_get_max_threads();
  if (previous != 1) omp_set_num_threads(1);
  return previous;
}

static inline void rival_leave_single(int previous) {
  if (previous != 1) omp_set_num_threads(previous);
}

#define RIVAL_BOUND_ARGUMENTS 5

// A primitive with the memory objects that it runs on.
typedef struct {
  dnnl_primitive_t primitive;
  int count;
  dnnl_exec_arg_t arguments[RIVAL_BOUND_ARGUMENTS];
} rival_bound;

// The process's engine and stream (a CPU stream holds no state, so all threads use one). NULL with the error set when
// oneDNN cannot start.
dnnl_engine_t rival_dnnl_engine(void);
dnnl_stream_t rival_dnnl_stream(void);

// Sets the thread's error text; both return false, so that a failure reads `return rival_dnnl_fail(…)`.
bool rival_dnnl_fail(const char *text);
bool rival_dnnl_fail_status(const char *action, dnnl_status_t status);

// Attributes with a user's scratchpad and the post-operations: sum when `accumulate`, then the activation. NULL on
// failure.
dnnl_primitive_attr_t rival_dnnl_attributes(bool accumulate, int activation, float alpha);

// Whether a primitive descriptor is oneDNN's plain loop, which is slower than ours.
bool rival_dnnl_is_reference(const_dnnl_primitive_desc_t descriptor);

// Adds one argument on `data` (NULL: set later by rival_bound_set).
bool rival_bound_add(rival_bound *bound, int argument, const dnnl_memory_desc_t *layout, const void *data);
void rival_bound_set(rival_bound *bound, int argument, const void *data);
static inline void rival_bound_run(const rival_bound *bound) {
  dnnl_primitive_execute(bound->primitive, rival_dnnl_stream(), bound->count, bound->arguments);
}
void rival_bound_release(rival_bound *bound);

// The matmul of several shares, and the two convolutions that are matmuls, each in the file named after it.
typedef struct rival_shares rival_shares;
rival_shares *rival_shares_create(const rival_matmul_description *description);
void rival_shares_bind(rival_shares *shares, const float *a, const float *b, const float *bias, float *c);
void rival_shares_run(const rival_shares *shares, int thread, int threads);
void rival_shares_destroy(rival_shares *shares);

// A convolution whose kernel covers its whole input: one matmul.
bool rival_is_product(const rival_convolution_geometry *geometry);
rival_shares *rival_product_create(const rival_convolution_description *description, int threads);
void rival_product_bind(
    rival_shares *shares, int kind, const float *input, const float *kernel, const float *bias, const float *output);

// The input gradient of a convolution of few channels: a matmul and a scatter.
typedef struct rival_scattering rival_scattering;
bool rival_is_scattering(const rival_convolution_description *description);
rival_scattering *rival_scattering_create(const rival_convolution_geometry *geometry, int threads);
size_t rival_scattering_scratch_bytes(const rival_scattering *scattering);
bool rival_scattering_bind(
    rival_scattering *scattering, float *input, const float *kernel, const float *output, void *scratch);
void rival_scattering_run(const rival_scattering *scattering, int thread, int threads);
void rival_scattering_destroy(rival_scattering *scattering);

// A convolution in shares of whole images, each a primitive of its own: images.c.
typedef struct rival_images rival_images;
rival_images *rival_images_create(const rival_convolution_description *description);
void rival_images_bind(
    rival_images *images, float *input, char *weights, const float *bias, float *output, char *scratch);
void rival_images_run(const rival_images *images, int thread, int threads);
void rival_images_destroy(rival_images *images);
size_t rival_images_scratch_bytes(const rival_images *images);

// The layout of the weights that the shares read, or write: dense HWIO, and the one that oneDNN prefers. The kernel gradient's shares write
// `copies` of them, one after the other, `copy_bytes` apart, whose sum is the gradient.
typedef struct {
  dnnl_memory_desc_t plain, packed;
  int64_t copies;
  size_t copy_bytes;
} rival_weights;
const rival_weights *rival_images_weights(const rival_images *images);

// A packing of weights in shares: packing.c.
typedef struct rival_reordering rival_reordering;
rival_reordering *rival_reordering_create(
    const rival_weights *weights, bool unpacks, int threads, const void *source, void *destination);
void rival_reordering_run(const rival_reordering *reordering, int thread, int threads);
void rival_reordering_destroy(rival_reordering *reordering);

struct rival_dnnl {
  enum { RIVAL_METHOD_MATMUL, RIVAL_METHOD_IMAGES, RIVAL_METHOD_PRODUCT, RIVAL_METHOD_SCATTERING, RIVAL_METHOD_PACKING } method;
  int kind, threads;
  rival_shares *shares;  // MATMUL, PRODUCT
  rival_images *images;
  rival_scattering *scattering;
  rival_reordering *packing;
};

#endif
