// oneDNN's convolutions, each in shares of whole images: a share is a primitive of its own, made for one thread.
//
// The first implementation that oneDNN offers is the fastest for NHWC on all layers of a DCGAN. An output or an input gradient
// is the same bytes however many shares there are. The kernel gradient is a sum over images: each share sums its own, and the
// unpacking of the weights adds the shares up in order. Where the kernel is so large that a copy of it does not stay in a processor's cache, a
// share has all images and some of the output's channels instead, which it copies out of the output's gradient first.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

typedef struct {
  int64_t first, count;  // images, or output channels
  size_t scratch;        // where the share's scratch begins
  size_t slice;          // where its channels of the output's gradient are copied to
  const float *output;   // where they are copied from
  char *memory;
  rival_bound bound;
} part;

struct rival_images {
  rival_convolution_description description;
  bool splits_channels;
  rival_weights weights;
  dnnl_memory_desc_t part_weights;  // the layout that a share reads or writes
  size_t scratch_bytes;
  int count;
  part parts[];
};

typedef struct {
  dnnl_memory_desc_t input, weights, output, bias;
} layouts;

// `weights`: the layout of the weights, or NULL where oneDNN may choose it.
static dnnl_status_t describe(const rival_convolution_geometry *g, int64_t images, const dnnl_memory_desc_t *weights, layouts *l) {
  dnnl_dims_t input = {images, g->channels, g->height, g->width};
  dnnl_dims_t kernel = {g->out_channels, g->channels, g->kernel_height, g->kernel_width};
  dnnl_dims_t output = {images, g->out_channels, g->out_height, g->out_width}, bias = {g->out_channels};
  dnnl_status_t status = dnnl_memory_desc_init_by_tag(&l->input, 4, input, dnnl_f32, dnnl_nhwc);
  if (status == dnnl_success) status = dnnl_memory_desc_init_by_tag(&l->output, 4, output, dnnl_f32, dnnl_nhwc);
  if (status == dnnl_success) status = dnnl_memory_desc_init_by_tag(&l->bias, 1, bias, dnnl_f32, dnnl_x);
  if (status == dnnl_success) status = dnnl_memory_desc_init_by_tag(&l->weights, 4, kernel, dnnl_f32, dnnl_format_tag_any);
  if (status == dnnl_success && weights) l->weights = *weights;
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

static size_t aligned(size_t bytes) { return (bytes + 63) / 64 * 64; }

// The layout of all weights whose channels [first, first + count) lie one share after the other in the layout of a share; false where the
// shares' layout does not begin with the output's channels.
static bool widen(const dnnl_memory_desc_t *share, int64_t channels, dnnl_memory_desc_t *all) {
  *all = *share;
  if (share->format_kind != dnnl_blocked || share->padded_dims[0] != share->dims[0]) return false;
  for (int i = 1; i < share->ndims; i++) {
    if (share->format_desc.blocking.strides[i] > share->format_desc.blocking.strides[0]) return false;
  }
  all->dims[0] = all->padded_dims[0] = channels;
  return dnnl_memory_desc_get_size(all) == dnnl_memory_desc_get_size(share) / (size_t)share->dims[0] * (size_t)channels;
}

// Makes the primitive of one share. The first share chooses the layout of the weights for all.
static bool create_part(rival_images *images, part *part) {
  const rival_convolution_description *d = &images->description;
  const bool is_first = part == images->parts, activates = d->kind == RIVAL_CONVOLUTION;
  rival_convolution_geometry geometry = d->geometry;
  if (images->splits_channels) geometry.out_channels = part->count;
  const int64_t batch = images->splits_channels ? geometry.batch : part->count;
  layouts l;
  dnnl_status_t status = describe(&geometry, batch, is_first ? NULL : &images->part_weights, &l);
  if (status != dnnl_success) return rival_dnnl_fail_status("describe a convolution's tensors", status);
  dnnl_primitive_attr_t attributes =
      rival_dnnl_attributes(false, activates ? d->activation : RIVAL_ACTIVATION_NONE, d->alpha);
  if (!attributes) return false;
  dnnl_primitive_desc_t descriptor = NULL;
  status = create_descriptor(d, &l, attributes, &descriptor);
  dnnl_primitive_attr_destroy(attributes);
  if (status != dnnl_success) return rival_dnnl_fail_status("implement this convolution", status);

  bool made = false;
  rival_bound *bound = &part->bound;
  if (rival_dnnl_is_reference(descriptor)) {
    rival_dnnl_fail("oneDNN has only its unoptimized convolution for this geometry");
  } else if ((status = dnnl_primitive_create(&bound->primitive, descriptor)) != dnnl_success) {
    bound->primitive = NULL;
    rival_dnnl_fail_status("create a convolution", status);
  } else {
    roles roles = roles_of(d->kind);
    if (is_first) images->part_weights = *dnnl_primitive_desc_query_md(descriptor, roles.weights_query, 0);
    const dnnl_memory_desc_t *scratch = dnnl_primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0);
    const size_t scratch_bytes = dnnl_memory_desc_get_size(scratch);
    part->scratch = images->scratch_bytes;
    images->scratch_bytes += aligned(scratch_bytes);
    part->slice = images->scratch_bytes;
    if (images->splits_channels) images->scratch_bytes += aligned(dnnl_memory_desc_get_size(&l.output));
    made = rival_bound_add(bound, roles.input, dnnl_primitive_desc_query_md(descriptor, roles.input_query, 0), NULL) &&
           rival_bound_add(bound, roles.weights, &images->part_weights, NULL) &&
           rival_bound_add(bound, roles.output, dnnl_primitive_desc_query_md(descriptor, roles.output_query, 0), NULL) &&
           (!(activates && d->has_bias) || rival_bound_add(bound, DNNL_ARG_BIAS, &l.bias, NULL)) &&
           (scratch_bytes == 0 || rival_bound_add(bound, DNNL_ARG_SCRATCHPAD, scratch, NULL));
  }
  dnnl_primitive_desc_destroy(descriptor);
  return made;
}

static int shares_of(const rival_convolution_description *d) {
  const int64_t images = d->geometry.batch;
  return (int)(d->threads < 1 ? 1 : d->threads < images ? d->threads : images);
}

// A copy of the kernel for each share does not stay in a cache from here on (dcgan32's 128 to 256 channels: 2 MB, 4.8 ms a share by images,
// 4.0 by channels), and copying the output's gradient costs less than adding the copies up.
enum { LARGE_KERNEL = 1 << 20 };

static bool prefers_channels(const rival_convolution_description *d, int count) {
  const rival_convolution_geometry *g = &d->geometry;
  const int64_t kernel = g->kernel_height * g->kernel_width * g->channels * g->out_channels * 4;
  const int64_t output = g->batch * g->out_height * g->out_width * g->out_channels * 4;
  return d->kind == RIVAL_CONVOLUTION_KERNEL_GRADIENT && count > 1 && g->out_channels % (16 * count) == 0 && kernel >= LARGE_KERNEL &&
         output <= kernel;
}

static rival_images *create(const rival_convolution_description *description, int count, bool splits_channels) {
  const rival_convolution_geometry *g = &description->geometry;
  rival_images *images = calloc(1, sizeof *images + (size_t)count * sizeof(part));
  if (!images) {
    rival_dnnl_fail("no memory for a convolution's description");
    return NULL;
  }
  images->description = *description;
  images->count = count;
  images->splits_channels = splits_channels;
  images->weights.copies = description->kind == RIVAL_CONVOLUTION_KERNEL_GRADIENT && !splits_channels ? count : 1;
  dnnl_dims_t kernel = {g->out_channels, g->channels, g->kernel_height, g->kernel_width};
  dnnl_status_t status = dnnl_memory_desc_init_by_tag(&images->weights.plain, 4, kernel, dnnl_f32, dnnl_hwio);
  bool made = status == dnnl_success || rival_dnnl_fail_status("describe a convolution's weights", status);
  const int previous = rival_enter_single();
  int64_t first = 0;
  const int64_t all = splits_channels ? g->out_channels : g->batch;
  for (int i = 0; i < count && made; i++) {
    part *part = &images->parts[i];
    part->first = first;
    part->count = all / count + (i < all % count);  // the first ones take the rest
    first += part->count;
    made = create_part(images, part);
  }
  rival_leave_single(previous);
  images->weights.packed = images->part_weights;
  if (made && splits_channels) made = widen(&images->part_weights, g->out_channels, &images->weights.packed);
  images->weights.copy_bytes = aligned(dnnl_memory_desc_get_size(&images->weights.packed));
  if (made) return images;
  rival_images_destroy(images);
  return NULL;
}

rival_images *rival_images_create(const rival_convolution_description *description) {
  const int count = shares_of(description);
  rival_images *images = prefers_channels(description, count) ? create(description, count, true) : NULL;
  return images ? images : create(description, count, false);
}

const rival_weights *rival_images_weights(const rival_images *images) { return &images->weights; }

size_t rival_images_scratch_bytes(const rival_images *images) { return images->scratch_bytes; }

void rival_images_bind(rival_images *images, float *input, char *weights, const float *bias, float *output, char *scratch) {
  const rival_convolution_geometry *g = &images->description.geometry;
  const roles roles = roles_of(images->description.kind);
  const size_t step = images->splits_channels      ? dnnl_memory_desc_get_size(&images->part_weights)
                      : images->weights.copies > 1 ? images->weights.copy_bytes
                                                   : 0;
  for (int i = 0; i < images->count; i++) {
    part *part = &images->parts[i];
    if (images->splits_channels) {
      part->output = output + part->first;
      part->memory = scratch + part->slice;
      rival_bound_set(&part->bound, roles.input, input);
      rival_bound_set(&part->bound, roles.weights, weights + (size_t)i * step);
      rival_bound_set(&part->bound, roles.output, part->memory);
      rival_bound_set(&part->bound, DNNL_ARG_SCRATCHPAD, scratch + part->scratch);
      continue;
    }
    rival_bound_set(&part->bound, roles.input, input + part->first * g->height * g->width * g->channels);
    rival_bound_set(&part->bound, roles.weights, weights + (size_t)i * step);
    rival_bound_set(&part->bound, roles.output, output + part->first * g->out_height * g->out_width * g->out_channels);
    rival_bound_set(&part->bound, DNNL_ARG_BIAS, bias);
    rival_bound_set(&part->bound, DNNL_ARG_SCRATCHPAD, scratch + part->scratch);
  }
}

// A share's channels of the output's gradient, pixel by pixel.
static void copy_channels(const rival_convolution_geometry *g, const part *part) {
  const int64_t pixels = g->batch * g->out_height * g->out_width;
  const size_t bytes = (size_t)part->count * sizeof(float);
  for (int64_t pixel = 0; pixel < pixels; pixel++) {
    memcpy(part->memory + (size_t)pixel * bytes, part->output + pixel * g->out_channels, bytes);
  }
}

void rival_images_run(const rival_images *images, int thread, int threads) {
  for (int i = thread; i < images->count; i += threads) {
    if (images->splits_channels) copy_channels(&images->description.geometry, &images->parts[i]);
    rival_bound_run(&images->parts[i].bound);
  }
}

void rival_images_destroy(rival_images *images) {
  if (!images) return;
  for (int i = 0; i < images->count; i++) rival_bound_release(&images->parts[i].bound);
  free(images);
}
