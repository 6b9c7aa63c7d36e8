// Runs a fused kernel tile by tile.
#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "scratch.h"

// One thread's view of a running kernel.
typedef struct {
  const rival_kernel *kernel;
  const rival_plan *plan;
  char *scratch;
  const void **registers;
  uint64_t direct;  // bit s: store s is written by its step
  uint64_t copied;  // bit i: load i is copied although it lies in place, because a store overwrites it too early
} runner;

static int overlap(const char *a, int64_t a_bytes, const char *b, int64_t b_bytes) {
  return a < b + b_bytes && b < a + a_bytes;
}

// The bytes that a load's view spans.
static int64_t span(const rival_plan_load *load) {
  int64_t extent = 1;
  for (int d = 0; d < load->view.rank; d++) extent += (load->view.dims[d] - 1) * load->view.strides[d];
  return extent * load->element;
}

// Whether a store overwrites the memory of load `i`, whose register is itself stored or reduced.
static int must_copy(const rival_kernel *kernel, const rival_plan *plan, int32_t i) {
  const rival_plan_load *load = &plan->loads[i];
  if (!load->escapes) return 0;
  for (int32_t s = 0; s < kernel->store_count; s++) {
    const int64_t bytes = plan->size * plan->stores[s].element;
    if (overlap(kernel->stores[s].data, bytes, kernel->loads[i].data, span(load))) return 1;
  }
  return 0;
}

// Whether a step may write store `s` directly: no later step may read, through a register that points into memory, elements
// that it overwrites.
static int can_write_directly(const rival_kernel *kernel, const rival_plan *plan, int32_t s) {
  const int32_t writer = plan->stores[s].direct;
  if (writer < 0 || s >= 64) return 0;
  const char *target = kernel->stores[s].data;
  const int64_t bytes = plan->size * plan->stores[s].element;
  for (int32_t i = 0; i < kernel->load_count; i++) {
    const rival_plan_load *load = &plan->loads[i];
    if (load->access != RIVAL_LOAD_IN_PLACE && load->inner == 0) continue;
    const char *source = kernel->loads[i].data;
    if (!overlap(target, bytes, source, span(load))) continue;
    if (load->access != RIVAL_LOAD_IN_PLACE || source != target || load->width != plan->stores[s].element) return 0;
    for (int32_t j = writer + 1; j < kernel->step_count; j++) {
      if (plan->steps[j].a == load->reg || plan->steps[j].b == load->reg || plan->steps[j].c == load->reg) return 0;
    }
  }
  return 1;
}

static void begin(runner *runner, const rival_kernel *kernel) {
  const rival_plan *plan = kernel->plan;
  char *scratch = rival_scratch(plan->bytes);
  if (!scratch) abort();
  runner->kernel = kernel;
  runner->plan = plan;
  runner->scratch = scratch;
  runner->registers = (const void **)(scratch + plan->pointers_offset);
  for (int32_t r = 0; r < plan->registers; r++) runner->registers[r] = scratch + plan->register_offsets[r];
  runner->direct = 0;
  for (int32_t s = 0; s < kernel->store_count; s++) {
    if (can_write_directly(kernel, plan, s)) runner->direct |= (uint64_t)1 << s;
  }
  runner->copied = 0;
  for (int32_t i = 0; i < kernel->load_count; i++) {
    const rival_plan_load *load = &plan->loads[i];
    if (i < 64 && must_copy(kernel, plan, i)) runner->copied |= (uint64_t)1 << i;
    if (load->access != RIVAL_LOAD_CONSTANT && load->access != RIVAL_LOAD_PERIODIC) continue;
    rival_view view = load->view;
    view.data = kernel->loads[i].data;
    plan->lanes->gather(scratch + load->offset, &view, 0, load->extent);
  }
}

static const void *loaded(const runner *runner, int32_t i, int64_t start, int64_t count) {
  const rival_plan_load *load = &runner->plan->loads[i];
  const char *data = runner->kernel->loads[i].data;
  char *buffer = runner->scratch + load->offset;
  const int copied = i < 64 ? (int)(runner->copied >> i & 1) : load->escapes;
  const int pointed = count % 16 == 0 && !copied;
  switch (load->access) {
    case RIVAL_LOAD_CONSTANT: return buffer;
    case RIVAL_LOAD_PERIODIC: return buffer + start % load->period * load->width;
    case RIVAL_LOAD_IN_PLACE:
      data += start * load->element;
      if (pointed) return data;
      return memcpy(buffer, data, (size_t)(count * load->element));
    default: {
      const int64_t within = load->inner ? start % load->inner : 0;
      if (load->inner && pointed && within + count <= load->inner) {  // one contiguous run
        int64_t rest = start, offset = 0;
        for (int d = load->view.rank - 1; d >= 0; d--) {
          offset += rest % load->view.dims[d] * load->view.strides[d];
          rest /= load->view.dims[d];
        }
        return data + offset * load->element;
      }
      rival_view view = load->view;
      view.data = data;
      runner->plan->lanes->gather(buffer, &view, start, count);
      return buffer;
    }
  }
}

// Loads, computes and stores the elements [start, start + count).
static void run_tile(runner *runner, int64_t start, int64_t count) {
  const rival_kernel *kernel = runner->kernel;
  const rival_plan *plan = runner->plan;
  const void **registers = runner->registers;
  const int64_t vectors = (count + 15) / 16;
  const uint64_t direct = count % 16 == 0 ? runner->direct : 0;
  for (int32_t i = 0; i < kernel->load_count; i++) registers[plan->loads[i].reg] = loaded(runner, i, start, count);
  for (int32_t i = 0; i < kernel->step_count; i++) {
    const rival_plan_step *step = &plan->steps[i];
    char *result = runner->scratch + plan->register_offsets[step->dst];
    if (step->store >= 0 && (direct >> step->store & 1)) {
      result = (char *)kernel->stores[step->store].data + start * plan->stores[step->store].element;
    }
    step->function(
        result, registers[step->a], registers[step->b], registers[step->c], vectors, &kernel->steps[i], start, count);
    registers[step->dst] = result;
  }
  for (int32_t s = 0; s < kernel->store_count; s++) {
    if (direct >> s & 1) continue;
    const rival_store *store = &kernel->stores[s];
    const int64_t element = plan->stores[s].element;
    char *target = (char *)store->data + start * element;
    if (element == 1) {
      plan->lanes->narrow((uint8_t *)target, registers[store->reg], count);
    } else if (target != registers[store->reg]) {
      memmove(target, registers[store->reg], (size_t)(count * element));
    }
  }
}

static void run_segments(runner *runner, int64_t first, int64_t end) {
  const rival_kernel *kernel = runner->kernel;
  const rival_plan *plan = runner->plan;
  const int64_t part = kernel->reduced * kernel->inner;
  for (int64_t o = first; o < end; o += plan->segments) {
    const int64_t segments = plan->segments < end - o ? plan->segments : end - o;
    run_tile(runner, o * part, segments * part);
    for (int32_t i = 0; i < kernel->reduction_count; i++) {
      const rival_plan_reduction *reduction = &plan->reductions[i];
      char *result = (char *)kernel->reductions[i].data + o * kernel->inner * reduction->element;
      reduction->reducer->segments(
          result, runner->registers[kernel->reductions[i].reg], segments, kernel->reduced, kernel->inner);
    }
  }
}

// Adds up rows [0, rows) of `width` elements into the first row, halving.
static void fold(const rival_plan_reduction *reduction, char *accumulator, int64_t rows, int64_t width) {
  while (rows > 1) {
    const int64_t half = rows / 2, rest = rows - half;
    reduction->reducer->accumulate(accumulator, accumulator + rest * width * reduction->element, half * width);
    rows = rest;
  }
}

static void run_rows(runner *runner, int64_t unit) {
  const rival_kernel *kernel = runner->kernel;
  const rival_plan *plan = runner->plan;
  const int64_t column = unit % plan->blocks * plan->block, group = unit / plan->blocks;
  const int64_t chunk = group % kernel->reduced_chunks, o = group / kernel->reduced_chunks;
  const int64_t width = plan->block < kernel->inner - column ? plan->block : kernel->inner - column;
  const int64_t first = chunk * plan->chunk_rows, last = first + plan->chunk_rows;
  const int64_t end = last < kernel->reduced ? last : kernel->reduced;
  for (int32_t i = 0; i < kernel->reduction_count; i++) {
    plan->reductions[i].reducer->identity(runner->scratch + plan->reductions[i].offset, plan->rows * width);
  }
  for (int64_t row = first; row < end; row += plan->rows) {
    const int64_t rows = plan->rows < end - row ? plan->rows : end - row;
    run_tile(runner, (o * kernel->reduced + row) * kernel->inner + column, rows * width);
    for (int32_t i = 0; i < kernel->reduction_count; i++) {
      plan->reductions[i].reducer->accumulate(
          runner->scratch + plan->reductions[i].offset, runner->registers[kernel->reductions[i].reg], rows * width);
    }
  }
  for (int32_t i = 0; i < kernel->reduction_count; i++) {
    const rival_plan_reduction *reduction = &plan->reductions[i];
    char *accumulator = runner->scratch + reduction->offset;
    fold(reduction, accumulator, plan->rows, width);
    char *result = kernel->reduced_chunks > 1 ? kernel->reductions[i].partials : kernel->reductions[i].data;
    const int64_t index = (kernel->reduced_chunks > 1 ? chunk : o) * kernel->inner + column;
    memcpy(result + index * reduction->element, accumulator, (size_t)(width * reduction->element));
  }
}

void rival_run_kernel(void *context, int thread, int threads) {
  const rival_kernel *kernel = context;
  const rival_plan *plan = kernel->plan;
  int64_t first, end;
  if (plan->size == 0) {  // nothing to walk: reductions over nothing give the identity
    if (thread != 0) return;
    for (int32_t i = 0; i < kernel->reduction_count; i++) {
      plan->reductions[i].reducer->identity(kernel->reductions[i].data, kernel->outer * kernel->inner);
    }
    return;
  }
  rival_share(kernel->chunk_count, thread, threads, &first, &end);
  if (first >= end) return;
  runner runner;
  begin(&runner, kernel);
  switch (plan->walk) {
    case RIVAL_WALK_ELEMENTS: {
      const int64_t stop = end * kernel->chunk < plan->size ? end * kernel->chunk : plan->size;
      for (int64_t start = first * kernel->chunk; start < stop; start += kernel->tile) {
        run_tile(&runner, start, kernel->tile < stop - start ? kernel->tile : stop - start);
      }
      break;
    }
    case RIVAL_WALK_SEGMENTS: {
      const int64_t outers = kernel->chunk / kernel->tile * plan->segments;
      run_segments(&runner, first * outers, end * outers < kernel->outer ? end * outers : kernel->outer);
      break;
    }
    default:
      for (int64_t unit = first; unit < end; unit++) run_rows(&runner, unit);
      break;
  }
}

void rival_run_combine(void *context, int thread, int threads) {
  const rival_kernel *kernel = context;
  const rival_plan *plan = kernel->plan;
  if (kernel->reduced_chunks <= 1) return;
  int64_t first, end;
  rival_share((kernel->inner + 255) / 256, thread, threads, &first, &end);
  const int64_t from = first * 256, to = end * 256 < kernel->inner ? end * 256 : kernel->inner;
  if (from >= to) return;
  for (int32_t i = 0; i < kernel->reduction_count; i++) {
    const rival_plan_reduction *reduction = &plan->reductions[i];
    char *result = (char *)kernel->reductions[i].data + from * reduction->element;
    const char *partial = (const char *)kernel->reductions[i].partials + from * reduction->element;
    const size_t bytes = (size_t)((to - from) * reduction->element);
    memcpy(result, partial, bytes);
    for (int64_t chunk = 1; chunk < kernel->reduced_chunks; chunk++) {
      partial += kernel->inner * reduction->element;
      reduction->reducer->accumulate(result, partial, to - from);
    }
  }
}
