// The convolution trio on NHWC activations. Each geometry has its way: one matmul where the kernel covers the whole input (product.c), a
// matmul and a scatter for input gradients of few channels (scattering.c), and oneDNN's own convolution for the rest (images.c).
#include <stdlib.h>

#include "internal.h"

static bool is_empty(const rival_convolution_geometry *g) {
  return g->batch < 1 || g->height < 1 || g->width < 1 || g->channels < 1 || g->kernel_height < 1 || g->kernel_width < 1 ||
         g->out_channels < 1 || g->out_height < 1 || g->out_width < 1;
}

static rival_dnnl *allocate(int method, int kind, int threads) {
  rival_dnnl *primitive = calloc(1, sizeof *primitive);
  if (!primitive) {
    rival_dnnl_fail("no memory for a primitive's description");
    return NULL;
  }
  primitive->method = method;
  primitive->kind = kind;
  primitive->threads = threads < 1 ? 1 : threads;
  return primitive;
}

rival_dnnl *rival_dnnl_convolution(const rival_convolution_description *description) {
  if (!rival_dnnl_engine()) return NULL;
  if (is_empty(&description->geometry)) {
    rival_dnnl_fail("a convolution with an empty tensor has nothing to compute");
    return NULL;
  }
  const int method = rival_is_product(&description->geometry) ? RIVAL_METHOD_PRODUCT
                     : rival_is_scattering(description)       ? RIVAL_METHOD_SCATTERING
                                                              : RIVAL_METHOD_IMAGES;
  rival_dnnl *convolution = allocate(method, description->kind, description->threads);
  if (!convolution) return NULL;
  bool made;
  switch (method) {
    case RIVAL_METHOD_PRODUCT:
      convolution->shares = rival_product_create(description, convolution->threads);
      made = convolution->shares != NULL;
      break;
    case RIVAL_METHOD_SCATTERING:
      convolution->scattering = rival_scattering_create(&description->geometry, convolution->threads);
      made = convolution->scattering != NULL;
      break;
    default:
      convolution->images = rival_images_create(description);
      made = convolution->images != NULL;
      break;
  }
  if (made) return convolution;
  rival_dnnl_destroy(convolution);
  return NULL;
}

// The weights' layouts where the convolution reads or writes them in another than plain HWIO, else NULL.
static const rival_weights *packed_weights(const rival_dnnl *convolution) {
  if (convolution->method != RIVAL_METHOD_IMAGES) return NULL;
  const rival_weights *weights = rival_images_weights(convolution->images);
  return weights->copies == 1 && dnnl_memory_desc_equal(&weights->packed, &weights->plain) ? NULL : weights;
}

size_t rival_dnnl_packed_bytes(const rival_dnnl *convolution) {
  const rival_weights *weights = packed_weights(convolution);
  return weights ? weights->copy_bytes * (size_t)weights->copies : 0;
}

int rival_dnnl_same_packing(const rival_dnnl *first, const rival_dnnl *second) {
  const rival_weights *one = packed_weights(first), *other = packed_weights(second);
  if (!one || !other) return one == other;
  return one->copies == other->copies && dnnl_memory_desc_equal(&one->packed, &other->packed) ? 1 : 0;
}

size_t rival_dnnl_scratch_bytes(const rival_dnnl *convolution) {
  switch (convolution->method) {
    case RIVAL_METHOD_IMAGES: return rival_images_scratch_bytes(convolution->images);
    case RIVAL_METHOD_SCATTERING: return rival_scattering_scratch_bytes(convolution->scattering);
    default: return 0;
  }
}

void rival_dnnl_bind(rival_dnnl *convolution, void *input, void *weights, const void *bias, void *output, void *scratch) {
  switch (convolution->method) {
    case RIVAL_METHOD_PRODUCT:
      rival_product_bind(convolution->shares, convolution->kind, input, weights, bias, output);
      break;
    case RIVAL_METHOD_SCATTERING: rival_scattering_bind(convolution->scattering, input, weights, output, scratch); break;
    default: rival_images_bind(convolution->images, input, weights, bias, output, scratch); break;
  }
}

rival_dnnl *rival_dnnl_packing(const rival_dnnl *convolution, const void *source, void *destination) {
  const rival_weights *weights = packed_weights(convolution);
  if (!weights) {
    rival_dnnl_fail("this convolution uses plain HWIO weights; there is nothing to pack");
    return NULL;
  }
  rival_dnnl *packing = allocate(RIVAL_METHOD_PACKING, convolution->kind, convolution->threads);
  if (!packing) return NULL;
  const bool unpacks = convolution->kind == RIVAL_CONVOLUTION_KERNEL_GRADIENT;
  packing->packing = rival_reordering_create(weights, unpacks, packing->threads, source, destination);
  if (packing->packing) return packing;
  rival_dnnl_destroy(packing);
  return NULL;
}

void rival_run_dnnl(void *primitive, int thread, int threads) {
  const rival_dnnl *it = primitive;
  switch (it->method) {
    case RIVAL_METHOD_MATMUL:
    case RIVAL_METHOD_PRODUCT: rival_shares_run(it->shares, thread, threads); break;
    case RIVAL_METHOD_SCATTERING: rival_scattering_run(it->scattering, thread, threads); break;
    case RIVAL_METHOD_PACKING: rival_reordering_run(it->packing, thread, threads); break;
    case RIVAL_METHOD_IMAGES: rival_images_run(it->images, thread, threads); break;
  }
}

void rival_dnnl_destroy(rival_dnnl *primitive) {
  if (!primitive) return;
  rival_shares_destroy(primitive->shares);
  rival_images_destroy(primitive->images);
  rival_scattering_destroy(primitive->scattering);
  rival_reordering_destroy(primitive->packing);
  free(primitive);
}
