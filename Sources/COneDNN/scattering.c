// The input gradient of a convolution of few channels: columns = output kernel^T, then each column block is added
// where it came from.
//
// oneDNN vectorizes over channels, so 3 of them leave most of each vector empty. Here blocks of images, small enough
// for the second-level cache, go through a matmul over plain HWIO weights [kh kw c, o] (read transposed) and a
// scatter of rows of kw * c neighbouring floats. Shares own whole images, so no two of them add to the same place.
#include <stdlib.h>
#include <string.h>

#include "internal.h"

enum { BLOCK_FLOATS = 65536, LANES = 4 };

typedef float lanes __attribute__((vector_size(16), aligned(4)));

typedef struct {
  int64_t first, count;  // images
  bool tail;             // of the smaller, last size
  rival_bound bound;     // its primitive is shared
} image_block;

struct rival_scattering {
  rival_convolution_geometry geometry;
  int threads;
  int64_t columns;                  // kh * kw * c
  int64_t height, width;            // of the padded image that rows are added into
  int64_t columns_bytes, image_bytes, matmul_bytes;  // of one thread's scratch, each a multiple of 64
  float *input;
  char *scratch;
  dnnl_primitive_t full, tail;
  dnnl_memory_desc_t source[2], result[2], kernel, workspace[2];
  int64_t count;
  image_block blocks[];
};

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t aligned(size_t bytes) { return (int64_t)((bytes + 63) / 64 * 64); }

// When this path is the faster one. Measured on two threads of an AVX-512 machine with 64 images of 32 x 32
// (microseconds):
//
//     channels, kernel, stride, filters     here     oneDNN 2.6.3
//      1   4 x 4   2    64                   142         1168
//      3   4 x 4   2    64                   268         1227 (its gemm path: 730)
//      4   4 x 4   2    64                   343         1208
//      3   3 x 3   1    64                   752         3893 (its gemm path: 1808)
//      3   3 x 3   1    16                   298          655
//      6   4 x 4   2    64                   543         1193
//      8   4 x 4   2    64                   666         1191
//      8   3 x 3   1    16                   720          646
//     16   4 x 4   2    64                  1356         1199
bool rival_is_scattering(const rival_convolution_description *d) {
  const rival_convolution_geometry *g = &d->geometry;
  bool few = g->channels <= 4 || (g->channels <= 8 && g->out_channels >= 64);
  return d->kind == RIVAL_CONVOLUTION_INPUT_GRADIENT && few && g->kernel_height * g->kernel_width > 1 && g->pad_top >= 0 &&
         g->pad_left >= 0;
}

static bool create_matmul(rival_scattering *s, int which, int64_t images, dnnl_primitive_t *primitive) {
  const rival_convolution_geometry *g = &s->geometry;
  int64_t rows = images * g->out_height * g->out_width;
  dnnl_dims_t source = {rows, g->out_channels}, source_steps = {g->out_channels, 1};
  dnnl_dims_t kernel = {g->out_channels, s->columns}, kernel_steps = {1, g->out_channels};
  dnnl_dims_t result = {rows, s->columns}, result_steps = {s->columns, 1};
  dnnl_status_t status = dnnl_memory_desc_init_by_strides(&s->source[which], 2, source, dnnl_f32, source_steps);
  if (status == dnnl_success) status = dnnl_memory_desc_init_by_strides(&s->kernel, 2, kernel, dnnl_f32, kernel_steps);
  if (status == dnnl_success) status = dnnl_memory_desc_init_by_strides(&s->result[which], 2, result, dnnl_f32, result_steps);
  dnnl_matmul_desc_t operation;
  if (status == dnnl_success) {
    status = dnnl_matmul_desc_init(&operation, &s->source[which], &s->kernel, NULL, &s->result[which]);
  }
  dnnl_primitive_attr_t attributes = rival_dnnl_attributes(false, RIVAL_ACTIVATION_NONE, 0);
  if (!attributes) return false;
  dnnl_primitive_desc_t descriptor = NULL;
  if (status == dnnl_success) status = dnnl_primitive_desc_create(&descriptor, &operation, attributes, rival_dnnl_engine(), NULL);
  dnnl_primitive_attr_destroy(attributes);
  if (status == dnnl_success) {
    status = dnnl_primitive_create(primitive, descriptor);
    s->workspace[which] = *dnnl_primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0);
    s->matmul_bytes = larger(s->matmul_bytes, aligned(dnnl_memory_desc_get_size(&s->workspace[which])));
    dnnl_primitive_desc_destroy(descriptor);
  }
  if (status == dnnl_success) return true;
  *primitive = NULL;
  return rival_dnnl_fail_status("create an input gradient's matmul", status);
}

rival_scattering *rival_scattering_create(const rival_convolution_geometry *g, int threads) {
  int64_t columns = g->kernel_height * g->kernel_width * g->channels;
  int64_t image = larger(1, g->out_height * g->out_width * columns);
  int64_t images = larger(1, smaller(BLOCK_FLOATS / image, g->batch / threads));
  int64_t count = (g->batch + images - 1) / images;
  rival_scattering *s = calloc(1, sizeof *s + (size_t)count * sizeof(image_block));
  if (!s) {
    rival_dnnl_fail("no memory for an input gradient's description");
    return NULL;
  }
  s->geometry = *g;
  s->threads = threads;
  s->columns = columns;
  s->count = count;
  s->height = larger((g->out_height - 1) * g->stride_y + (g->kernel_height - 1) * g->dilation_y + 1, g->pad_top + g->height);
  s->width = larger((g->out_width - 1) * g->stride_x + (g->kernel_width - 1) * g->dilation_x + 1, g->pad_left + g->width);
  s->columns_bytes = aligned((size_t)(images * image) * sizeof(float));
  s->image_bytes = aligned((size_t)(s->height * s->width * g->channels) * sizeof(float));
  for (int64_t i = 0; i < count; i++) {
    image_block *block = &s->blocks[i];
    block->first = i * images;
    block->count = smaller(images, g->batch - block->first);
    block->tail = block->count < images;
  }
  int64_t rest = g->batch % images;
  int previous = rival_enter_single();
  bool made = create_matmul(s, 0, images, &s->full) && (rest == 0 || create_matmul(s, 1, rest, &s->tail));
  rival_leave_single(previous);
  if (made) return s;
  rival_scattering_destroy(s);
  return NULL;
}

static size_t thread_bytes(const rival_scattering *s) { return (size_t)(s->columns_bytes + s->image_bytes + s->matmul_bytes); }

size_t rival_scattering_scratch_bytes(const rival_scattering *s) { return thread_bytes(s) * (size_t)s->threads; }

bool rival_scattering_bind(
    rival_scattering *s, float *input, const float *kernel, const float *output, void *scratch) {
  const rival_convolution_geometry *g = &s->geometry;
  s->input = input;
  s->scratch = scratch;
  bool bound = true;
  for (int thread = 0; thread < s->threads; thread++) {
    char *own = s->scratch + thread_bytes(s) * (size_t)thread;
    for (int64_t i = s->count * thread / s->threads; i < s->count * (thread + 1) / s->threads && bound; i++) {
      image_block *block = &s->blocks[i];
      block->bound.primitive = NULL;
      rival_bound_release(&block->bound);
      block->bound.primitive = block->tail ? s->tail : s->full;
      const float *source = output + block->first * g->out_height * g->out_width * g->out_channels;
      char *workspace = own + s->columns_bytes + s->image_bytes;
      bound = rival_bound_add(&block->bound, DNNL_ARG_SRC, &s->source[block->tail], source) &&
              rival_bound_add(&block->bound, DNNL_ARG_WEIGHTS, &s->kernel, kernel) &&
              rival_bound_add(&block->bound, DNNL_ARG_DST, &s->result[block->tail], own) &&
              rival_bound_add(&block->bound, DNNL_ARG_SCRATCHPAD, &s->workspace[block->tail], workspace);
    }
  }
  return bound;
}

static inline void add(float *restrict to, const float *restrict from, int64_t count) {
  int64_t i = 0;
  for (; i + LANES <= count; i += LANES) *(lanes *)(to + i) += *(const lanes *)(from + i);
  for (; i < count; i++) to[i] += from[i];
}

// Adds one output row's blocks of `run` floats, `step` floats apart. Neighbours overlap: every `turns`-th does not,
// so the row is walked `turns` times, and no load waits for the store before it.
static inline __attribute__((always_inline)) void add_row(
    float *to, const float *from, int64_t count, int64_t step, int64_t columns, int64_t run, int64_t turns) {
  for (int64_t turn = 0; turn < turns; turn++) {
    for (int64_t x = turn; x < count; x += turns) add(to + x * step, from + x * columns, run);
  }
}

static void scatter_image(const rival_scattering *s, const float *columns, float *padded, float *input) {
  const rival_convolution_geometry *g = &s->geometry;
  int64_t line = s->width * g->channels;
  bool dense = g->dilation_x == 1;
  int64_t run = dense ? g->kernel_width * g->channels : g->channels, pieces = dense ? 1 : g->kernel_width;
  int64_t step = g->stride_x * g->channels, turns = (run + step - 1) / step;
  memset(padded, 0, (size_t)(s->height * line) * sizeof(float));
  for (int64_t y = 0; y < g->out_height; y++) {
    for (int64_t ky = 0; ky < g->kernel_height; ky++) {
      float *to = padded + (y * g->stride_y + ky * g->dilation_y) * line;
      const float *from = columns + y * g->out_width * s->columns + ky * g->kernel_width * g->channels;
      for (int64_t piece = 0; piece < pieces; piece++) {
        float *start = to + piece * g->dilation_x * g->channels;
        const float *values = from + piece * g->channels;
        // The two lengths that matter most, 4 x 4 and 3 x 3 kernels on three channels, are unrolled.
        if (run == 12) {
          add_row(start, values, g->out_width, step, s->columns, 12, turns);
        } else if (run == 9) {
          add_row(start, values, g->out_width, step, s->columns, 9, turns);
        } else {
          add_row(start, values, g->out_width, step, s->columns, run, turns);
        }
      }
    }
  }
  for (int64_t y = 0; y < g->height; y++) {
    const float *from = padded + (y + g->pad_top) * line + g->pad_left * g->channels;
    memcpy(input + y * g->width * g->channels, from, (size_t)(g->width * g->channels) * sizeof(float));
  }
}

void rival_scattering_run(const rival_scattering *s, int thread, int threads) {
  const rival_convolution_geometry *g = &s->geometry;
  int64_t image = g->out_height * g->out_width * s->columns;
  for (int owner = thread; owner < s->threads; owner += threads) {
    char *own = s->scratch + thread_bytes(s) * (size_t)owner;
    float *padded = (float *)(own + s->columns_bytes);
    for (int64_t i = s->count * owner / s->threads; i < s->count * (owner + 1) / s->threads; i++) {
      const image_block *block = &s->blocks[i];
      rival_bound_run(&block->bound);
      for (int64_t j = 0; j < block->count; j++) {
        float *input = s->input + (block->first + j) * g->height * g->width * g->channels;
        scatter_image(s, (const float *)own + j * image, padded, input);
      }
    }
  }
}

void rival_scattering_destroy(rival_scattering *s) {
  if (!s) return;
  for (int64_t i = 0; i < s->count; i++) {
    s->blocks[i].bound.primitive = NULL;  // shared
    rival_bound_release(&s->blocks[i].bound);
  }
  if (s->full) dnnl_primitive_destroy(s->full);
  if (s->tail) dnnl_primitive_destroy(s->tail);
  free(s);
}
