// The packing of a convolution's weights, plain HWIO into the layout that oneDNN prefers, and the unpacking of a kernel gradient, which adds up
// what its shares have computed. Both in shares of output channels.
#include <stdlib.h>

#include "internal.h"

// One block of output channels of one copy.
typedef struct {
  rival_bound bound;
  void *scratch;
} reorder;

struct rival_reordering {
  int count;       // shares
  int64_t copies;  // reorders of each share, in order
  reorder reorders[];
};

// How many output channels the packed layout keeps together.
static int64_t block_of(const dnnl_memory_desc_t *packed) {
  int64_t block = 1;
  for (int i = 0; i < packed->format_desc.blocking.inner_nblks; i++) {
    if (packed->format_desc.blocking.inner_idxs[i] == 0) block *= packed->format_desc.blocking.inner_blks[i];
  }
  return block;
}

static bool create_reorder(
    const dnnl_memory_desc_t *from, const dnnl_memory_desc_t *to, bool adds, const void *source, void *destination, reorder *reorder) {
  dnnl_primitive_attr_t attributes = rival_dnnl_attributes(adds, RIVAL_ACTIVATION_NONE, 0);
  if (!attributes) return false;
  dnnl_engine_t engine = rival_dnnl_engine();
  dnnl_primitive_desc_t descriptor = NULL;
  dnnl_status_t status = dnnl_reorder_primitive_desc_create(&descriptor, from, engine, to, engine, attributes);
  dnnl_primitive_attr_destroy(attributes);
  if (status == dnnl_success) status = dnnl_primitive_create(&reorder->bound.primitive, descriptor);
  bool made = false;
  if (status == dnnl_success) {
    const dnnl_memory_desc_t *scratch = dnnl_primitive_desc_query_md(descriptor, dnnl_query_scratchpad_md, 0);
    const size_t bytes = dnnl_memory_desc_get_size(scratch);
    if (bytes > 0) reorder->scratch = rival_allocate(bytes);
    made = rival_bound_add(&reorder->bound, DNNL_ARG_FROM, from, source) &&
           rival_bound_add(&reorder->bound, DNNL_ARG_TO, to, destination) &&
           (bytes == 0 || rival_bound_add(&reorder->bound, DNNL_ARG_SCRATCHPAD, scratch, reorder->scratch));
  } else {
    reorder->bound.primitive = NULL;
    rival_dnnl_fail_status("create a packing of weights", status);
  }
  if (descriptor) dnnl_primitive_desc_destroy(descriptor);
  return made;
}

static bool create_share(
    rival_reordering *reordering, const rival_weights *weights, bool unpacks, int share, const char *source, char *destination) {
  const int64_t channels = weights->plain.dims[0], block = block_of(&weights->packed), blocks = (channels + block - 1) / block;
  const int64_t first = blocks * share / reordering->count * block, last = blocks * (share + 1) / reordering->count * block;
  dnnl_memory_desc_t plain, packed;
  dnnl_dims_t dims = {0}, offsets = {first};
  for (int i = 0; i < weights->plain.ndims; i++) dims[i] = weights->plain.dims[i];
  dims[0] = (last < channels ? last : channels) - first;
  dnnl_status_t status = dnnl_memory_desc_init_submemory(&plain, &weights->plain, dims, offsets);
  if (status == dnnl_success) status = dnnl_memory_desc_init_submemory(&packed, &weights->packed, dims, offsets);
  if (status != dnnl_success) return rival_dnnl_fail_status("describe a part of a convolution's weights", status);
  for (int64_t copy = 0; copy < reordering->copies; copy++) {
    reorder *reorder = &reordering->reorders[share * reordering->copies + copy];
    const char *from = source + (size_t)copy * weights->copy_bytes;
    if (!create_reorder(unpacks ? &packed : &plain, unpacks ? &plain : &packed, copy > 0, from, destination, reorder)) return false;
  }
  return true;
}

rival_reordering *rival_reordering_create(
    const rival_weights *weights, bool unpacks, int threads, const void *source, void *destination) {
  const int64_t block = block_of(&weights->packed), blocks = (weights->plain.dims[0] + block - 1) / block;
  const int count = (int)(threads < blocks ? threads : blocks);
  rival_reordering *reordering = calloc(1, sizeof *reordering + (size_t)(count * weights->copies) * sizeof(reorder));
  if (!reordering) {
    rival_dnnl_fail("no memory for a packing's description");
    return NULL;
  }
  reordering->count = count;
  reordering->copies = weights->copies;
  bool made = true;
  const int previous = rival_enter_single();
  for (int share = 0; share < count && made; share++) {
    made = create_share(reordering, weights, unpacks, share, source, destination);
  }
  rival_leave_single(previous);
  if (made) return reordering;
  rival_reordering_destroy(reordering);
  return NULL;
}

void rival_reordering_run(const rival_reordering *reordering, int thread, int threads) {
  for (int share = thread; share < reordering->count; share += threads) {
    for (int64_t copy = 0; copy < reordering->copies; copy++) {
      rival_bound_run(&reordering->reorders[share * reordering->copies + copy].bound);
    }
  }
}

void rival_reordering_destroy(rival_reordering *reordering) {
  if (!reordering) return;
  for (int64_t i = 0; i < reordering->count * reordering->copies; i++) {
    rival_bound_release(&reordering->reorders[i].bound);
    if (reordering->reorders[i].scratch) rival_free(reordering->reorders[i].scratch);
  }
  free(reordering);
}
