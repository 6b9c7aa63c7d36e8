// The convolution trio on NHWC activations, and the packing of its weights.
//
// The first implementation that oneDNN offers is the fastest for NHWC on all layers of a DCGAN, with two exceptions
// that have their own files: kernels that cover the whole input (product.c) and input gradients of few channels
// (scattering.c).
#include <stdlib.h>

#include "internal.h"

typedef struct {
  dnnl_memory_desc_t input, weights, output, bias;
} layouts;

static dnnl_status_t describe(const rival_convolution_geometry *g, layouts *l, dnnl_memory_desc_t *plain) {
  dnnl_dims_t input = {g->batch, g->channels, g->height, g->width};
  dnnl_dims_t weights = {g->out_channels, g->channels, g->kernel_height, g->kernel_width};
  dnnl_dims_t output = {g->batch, g->out_channels, g->out_height, g->out_width}, bias = {g->out_channels};
  dnnl_status_t status = dnnl_memory_desc_init_by_tag(&l->input, 4, input, dnnl_f32, dnnl_nhwc);
  if (status == dnnl_success) status = dnnl_memory_desc_init_by_tag(&l->weights, 4, weights, dnnl_f32, dnnl_format_tag_any);
  if (status == dnnl_success) status = dnnl_memory_desc_init_by_tag(plain, 4, weights, dnnl_f32, dnnl_hwio);
  if (status == dnnl_success) status = dnnl_memory_desc_init_by_tag(&l->output, 4, output, dnnl_f32, dnnl_nhwc);
  if (status == dnnl_success) status = dnnl_memory_desc_init_by_tag(&l->bias, 1, bias, dnnl_f32, dnnl_x);
  return status;
}

// Padding below or to the right: what the output's size asks for. May be negative when the strides leave a rest.
static int64_t far_padding(int64_t size, int64_t kernel, int64_t out, int64_t stride, int64_t dilation, int64_t near) {
  return (out - 1) * stride + (kernel - 1) * dilation + 1 - size - near;
}

static dnnl_status_t create_descriptor(
    const rival_convolution_description *d, const layouts *l, dnnl_primitive_attr_t attributes, dnnl_primitive_desc_t *descriptor) {
  const rival_convolution_geometry *g = &d->geometry;
  dnnl_dims_t strides = {g->stride_y, g->stride_x}, dilations = {g->dilation_y - 1, g->dilation_x - 1};
  dnnl_dims_t near = {g->pad_top, g->pad_left};
  dnnl_dims_t far = {
      far_padding(g->height, g->kernel_height, g->out_height, g->stride_y, g->dilation_y, g->pad_top),
      far_padding(g->width, g->kernel_width, g->out_width, g->stride_x, g->dilation_x, g->pad_left),
  };
  dnnl_engine_t engine = rival_dnnl_engine();
  bool is_forward = d->kind == RIVAL_CONVOLUTION;
  dnnl_convolution_desc_t forward, backward;
  dnnl_status_t status = dnnl_dilated_convolution_forward_desc_init(
      &forward, dnnl_forward_training, dnnl_convolution_direct, &l->input, &l->weights, is_forward && d->has_bias ? &l->bias : NULL,
      &l->output, strides, dilations, near, far);
  if (status != dnnl_success) return status;
  if (is_forward) return dnnl_primitive_desc_create(descriptor, &forward, attributes, engine, NULL);

  if (d->kind == RIVAL_CONVOLUTION_INPUT_GRADIENT) {
    status = dnnl_dilated_convolution_backward_data_desc_init(
        &backward, dnnl_convolution_direct, &l->input, &l->weights, &l->output, strides, dilations, near, far);
  } else {
    status = dnnl_dilated_convolution_backward_weights_desc_init(
        &backward, dnnl_convolution_direct, &l->input, &l->weights, NULL, &l->output, strides, dilations, near, far);
  }
  dnnl_primitive_desc_t hint = NULL;
  if (status == dnnl_success) status = dnnl_primitive_desc_create(&hint, &forward, NULL, engine, NULL);
  if (status == dnnl_success) status = dnnl_primitive_desc_create(descriptor, &backward, attributes, engine, hint);
  if (hint) dnnl_primitive_desc_destroy(hint);
  return status;
}

typedef struct {
  int input, weights, output;                    // arguments when running
  dnnl_query_t input_query, weights_query, output_query;
} roles;

static roles roles_of(int kind) {
  switch (kind) {
    case RIVAL_CONVOLUTION:
      return (roles){DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST, dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md};
    case RIVAL_CONVOLUTION_INPUT_GRADIENT:
      return (roles){DNNL_ARG_DIFF_SRC,        DNNL_ARG_WEIGHTS,      DNNL_ARG_DIFF_DST,
                     dnnl_query_diff_src_md, dnnl_query_weights_md, dnnl_query_diff_dst_md};
    default:
      return (roles){DNNL_ARG_SRC,        DNNL_ARG_DIFF_WEIGHTS,      DNNL_ARG_DIFF_DST,
                     dnnl_query_src_md, dnnl_query_diff_weights_md, dnnl_query_diff_dst_md};
  }
}

static bool create_primitive(rival_dnnl *convolution, const rival_convolution_description *d) {
  layouts l;
  dnnl_status_t status = describe(&d->geometry, &l, &convolution->plain);
  if (status != dnnl_success) return rival_dnnl_fail_status("describe a convolution's tensors", status);
  bool activates = d->kind == RIVAL_CONVOLUTION;
  dnnl_primitive_attr_t attributes =
      rival_dnnl_attributes(false, activates ? d->activation : RIVAL_ACTIVATION_NONE, d->alpha);
  if (!attributes) return false;
  dnnl_primitive_desc_t descriptor = NULL;
  status = create_descriptor(d, &l, attributes, &descriptor);
  dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) return rival_dnnl_fail_status("implement this convolution", status);

  bool made = false;
  if (rival_dnnl_is_reference(descriptor)) {
    rival_dnnl_fail("oneDNN has only its unoptimized convolution for this geometry");
  } else if ((status = dnnl_primitive_create(&convolution->bound.primitive, descriptor)) != dnnl_success) {
    convolution->bound.primitive = NULL;
    rival_dnnl_fail_status("create a convolution", status);
  } else {
    roles roles = roles_of(d->kind);
    rival_bound *bound = &convolution->bound;
    convolution->packed = *dnnl_primitive_desc_query_md(descriptor, roles.weights_query, 0);
    if (!dnnl_memory_desc_equal(&convolution->packed, &convolution->plain)) {
      convolution->packed_bytes = dnnl_memory_desc_get_size(&convolution->packed);
    }
    const dnnl_memory_desc_t *scratch = dnnl_primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0);
    convolution->scratch_bytes = dnnl_memory_desc_get_size(scratch);
    made = rival_bound_add(bound, roles.input, dnnl_primitive_desc_query_md(descriptor, roles.input_query, 0), NULL) &&
           rival_bound_add(bound, roles.weights, &convolution->packed, NULL) &&
           rival_bound_add(bound, roles.output, dnnl_primitive_desc_query_md(descriptor, roles.output_query, 0), NULL) &&
           (!(activates && d->has_bias) || rival_bound_add(bound, DNNL_ARG_BIAS, &l.bias, NULL)) &&
           (convolution->scratch_bytes == 0 || rival_bound_add(bound, DNNL_ARG_SCRATCHPAD, scratch, NULL));
  }
  dnnl_primitive_desc_destroy(descriptor);
  return made;
}

static bool is_empty(const rival_convolution_geometry *g) {
  return g->batch < 1 || g->height < 1 || g->width < 1 || g->channels < 1 || g->kernel_height < 1 || g->kernel_width < 1 ||
         g->out_channels < 1 || g->out_height < 1 || g->out_width < 1;
}

static rival_dnnl *allocate_solo(int kind) {
  rival_dnnl *primitive = calloc(1, sizeof *primitive);
  if (!primitive) {
    rival_dnnl_fail("no memory for a primitive's description");
    return NULL;
  }
  primitive->method = RIVAL_METHOD_PRIMITIVE;
  primitive->threads = rival_thread_count() < 1 ? 1 : rival_thread_count();
  primitive->kind = kind;
  return primitive;
}

rival_dnnl *rival_dnnl_convolution(const rival_convolution_description *description) {
  if (!rival_dnnl_engine()) return NULL;
  if (is_empty(&description->geometry)) {
    rival_dnnl_fail("a convolution with an empty tensor has nothing to compute");
    return NULL;
  }
  rival_dnnl *convolution = allocate_solo(description->kind);
  if (!convolution) return NULL;
  bool made;
  if (rival_is_product(&description->geometry)) {
    convolution->method = RIVAL_METHOD_PRODUCT;
    convolution->shares = rival_product_create(description, convolution->threads);
    made = convolution->shares != NULL;
  } else if (rival_is_scattering(description)) {
    convolution->method = RIVAL_METHOD_SCATTERING;
    convolution->scattering = rival_scattering_create(&description->geometry, convolution->threads);
    made = convolution->scattering != NULL;
    if (made) convolution->scratch_bytes = rival_scattering_scratch_bytes(convolution->scattering);
  } else {
    int previous = rival_enter_threads(convolution->threads);
    made = create_primitive(convolution, description);
    rival_leave_threads(convolution->threads, previous);
  }
  if (made) return convolution;
  rival_dnnl_destroy(convolution);
  return NULL;
}

size_t rival_dnnl_packed_bytes(const rival_dnnl *convolution) { return convolution->packed_bytes; }

int rival_dnnl_same_packing(const rival_dnnl *first, const rival_dnnl *second) {
  if (first->packed_bytes == 0 || second->packed_bytes == 0) return first->packed_bytes == second->packed_bytes;
  return dnnl_memory_desc_equal(&first->packed, &second->packed) ? 1 : 0;
}

size_t rival_dnnl_scratch_bytes(const rival_dnnl *convolution) { return convolution->scratch_bytes; }

void rival_dnnl_bind(rival_dnnl *convolution, void *input, void *weights, const void *bias, void *output, void *scratch) {
  switch (convolution->method) {
    case RIVAL_METHOD_PRODUCT:
      rival_product_bind(convolution->shares, convolution->kind, input, weights, bias, output);
      break;
    case RIVAL_METHOD_SCATTERING: rival_scattering_bind(convolution->scattering, input, weights, output, scratch); break;
    default: {
      roles roles = roles_of(convolution->kind);
      rival_bound_set(&convolution->bound, roles.input, input);
      rival_bound_set(&convolution->bound, roles.weights, weights);
      rival_bound_set(&convolution->bound, roles.output, output);
      rival_bound_set(&convolution->bound, DNNL_ARG_BIAS, bias);
      rival_bound_set(&convolution->bound, DNNL_ARG_SCRATCHPAD, scratch);
      break;
    }
  }
}

static void run_share(void *context) {
  const rival_dnnl *convolution = context;
  int thread = omp_get_thread_num(), threads = omp_get_num_threads();
  if (convolution->method == RIVAL_METHOD_PRODUCT) {
    rival_shares_run(convolution->shares, thread, threads);
  } else {
    rival_scattering_run(convolution->scattering, thread, threads);
  }
}

void rival_run_dnnl_convolution(void *primitive, int thread, int threads) {
  rival_dnnl *convolution = primitive;
  (void)threads;
  if (thread != 0) return;
  int previous = rival_enter_threads(convolution->threads);
  if (convolution->method == RIVAL_METHOD_PRIMITIVE) {
    rival_bound_run(&convolution->bound);
  } else {
    GOMP_parallel(run_share, convolution, (unsigned)convolution->threads, 0);
  }
  rival_leave_threads(convolution->threads, previous);
}

rival_dnnl *rival_dnnl_packing(const rival_dnnl *convolution, const void *source, void *destination) {
  if (convolution->packed_bytes == 0) {
    rival_dnnl_fail("this convolution uses plain HWIO weights; there is nothing to pack");
    return NULL;
  }
  bool unpacks = convolution->kind == RIVAL_CONVOLUTION_KERNEL_GRADIENT;
  const dnnl_memory_desc_t *from = unpacks ? &convolution->packed : &convolution->plain;
  const dnnl_memory_desc_t *to = unpacks ? &convolution->plain : &convolution->packed;
  rival_dnnl *packing = allocate_solo(convolution->kind);
  if (!packing) return NULL;
  int previous = rival_enter_threads(packing->threads);
  bool made = false;
  dnnl_primitive_attr_t attributes = rival_dnnl_attributes(false, RIVAL_ACTIVATION_NONE, 0);
  dnnl_primitive_desc_t descriptor = NULL;
  if (attributes) {
    dnnl_engine_t engine = rival_dnnl_engine();
    dnnl_status_t status = dnnl_reorder_primitive_desc_create(&descriptor, from, engine, to, engine, attributes);
    if (status == dnnl_success) status = dnnl_primitive_create(&packing->bound.primitive, descriptor);
    if (status == dnnl_success) {
      const dnnl_memory_desc_t *scratch = dnnl_primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0);
      size_t bytes = dnnl_memory_desc_get_size(scratch);
      if (bytes > 0) packing->scratch = rival_allocate(bytes);
      made = rival_bound_add(&packing->bound, DNNL_ARG_FROM, from, source) &&
             rival_bound_add(&packing->bound, DNNL_ARG_TO, to, destination) &&
             (bytes == 0 || rival_bound_add(&packing->bound, DNNL_ARG_SCRATCHPAD, scratch, packing->scratch));
    } else {
      packing->bound.primitive = NULL;
      rival_dnnl_fail_status("create a packing of weights", status);
    }
    dnnl_primitive_attr_destroy(attributes);
  }
  if (descriptor) dnnl_primitive_desc_destroy(descriptor);
  rival_leave_threads(packing->threads, previous);
  if (made) return packing;
  rival_dnnl_destroy(packing);
  return NULL;
}

void rival_run_dnnl_packing(void *primitive, int thread, int threads) { rival_run_dnnl_convolution(primitive, thread, threads); }

void rival_dnnl_destroy(rival_dnnl *primitive) {
  if (!primitive) return;
  rival_shares_destroy(primitive->shares);
  rival_scattering_destroy(primitive->scattering);
  rival_bound_release(&primitive->bound);
  if (primitive->scratch) rival_free(primitive->scratch);
  free(primitive);
}
