// Chooses a fused kernel's tile, chunks and access patterns. All of it follows from the shapes alone.
#include <stdlib.h>
#include <string.h>

#include "plan.h"

enum { PADDING = 128, MOST_TILE = 1024, LEAST_TILE = 256, TILE_BYTES = 36 * 1024, MOST_CHUNKS = 64 };

static int64_t round_up(int64_t value, int64_t unit) { return (value + unit - 1) / unit * unit; }
static int64_t divide_up(int64_t value, int64_t unit) { return (value + unit - 1) / unit; }
static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t most(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t common_divisor(int64_t a, int64_t b) {
  while (b) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}
static int64_t common_multiple(int64_t a, int64_t b) { return a / common_divisor(a, b) * b; }

static int32_t result_dtype(const rival_step *step) {
  const int comparison = step->operation >= RIVAL_EQUAL && step->operation <= RIVAL_GREATER_EQUAL;
  return comparison || step->operation == RIVAL_IS_FINITE ? RIVAL_BOOL : step->dtype;
}

// The load's strides over as few dimensions as will do.
static void merge(const rival_kernel *kernel, const rival_load *load, rival_view *view) {
  view->data = load->data;
  view->dtype = load->dtype;
  view->rank = 0;
  for (int d = 0; d < kernel->rank; d++) {
    if (kernel->dims[d] == 1) continue;
    const int last = view->rank - 1;
    if (last >= 0 && view->strides[last] == load->strides[d] * kernel->dims[d]) {
      view->dims[last] *= kernel->dims[d];
      view->strides[last] = load->strides[d];
    } else {
      view->dims[view->rank] = kernel->dims[d];
      view->strides[view->rank++] = load->strides[d];
    }
  }
  if (view->rank == 0) {
    view->dims[0] = 1;
    view->strides[0] = 0;
    view->rank = 1;
  }
}

static void classify(const rival_kernel *kernel, int64_t limit, const rival_load *load, rival_plan_load *plan) {
  merge(kernel, load, &plan->view);
  plan->reg = load->reg;
  plan->element = rival_element_bytes(load->dtype);
  plan->width = rival_register_bytes(load->dtype);
  const rival_view *view = &plan->view;
  const int in_place = load->dtype != RIVAL_BOOL;
  plan->access = RIVAL_LOAD_STRIDED;
  plan->inner = in_place && view->strides[view->rank - 1] == 1 ? view->dims[view->rank - 1] : 0;
  if (view->rank == 1 && view->strides[0] == 0) {
    plan->access = RIVAL_LOAD_CONSTANT;
  } else if (view->rank == 1 && view->strides[0] == 1 && in_place) {
    plan->access = RIVAL_LOAD_IN_PLACE;
  } else if (view->rank > 1 && view->strides[0] == 0) {
    plan->period = 1;
    for (int d = 1; d < view->rank; d++) plan->period *= view->dims[d];
    if (plan->period <= limit) plan->access = RIVAL_LOAD_PERIODIC;
  }
}

// Bytes of scratch that one element of a tile takes: what should stay in the first-level cache.
static int64_t footprint(const rival_kernel *kernel, const uint8_t *widths) {
  int64_t bytes = 0;
  for (int32_t r = 0; r < kernel->registers; r++) bytes += widths[r];
  for (int32_t i = 0; i < kernel->load_count; i++) bytes += rival_register_bytes(kernel->loads[i].dtype);
  for (int32_t i = 0; i < kernel->reduction_count; i++) bytes += rival_register_bytes(kernel->reductions[i].dtype);
  return bytes;
}

// A tile of at most `limit` elements that is a multiple of the periods, as far as they agree.
static int64_t tile_for_periods(const rival_kernel *kernel, const rival_plan *plan, int64_t limit) {
  int64_t unit = 16;
  for (int32_t i = 0; i < kernel->load_count; i++) {
    if (plan->loads[i].access != RIVAL_LOAD_PERIODIC) continue;
    const int64_t next = common_multiple(unit, plan->loads[i].period);
    if (next <= limit) unit = next;
  }
  return limit / unit * unit;
}

static void walk_elements(rival_kernel *kernel, rival_plan *plan, int64_t limit) {
  const int64_t size = plan->size;
  const int64_t tile = tile_for_periods(kernel, plan, limit);
  plan->walk = RIVAL_WALK_ELEMENTS;
  kernel->reduced_chunks = 1;
  if (size <= 512) {
    kernel->tile = kernel->chunk = most(round_up(size, 16), 16);
  } else if (size <= 2 * tile) {
    kernel->tile = kernel->chunk = least(tile, round_up(divide_up(size, 2), 64));
  } else {
    kernel->tile = tile;
    kernel->chunk = round_up(divide_up(size, MOST_CHUNKS), tile);
    if (kernel->chunk == tile && size < 8 * tile) {  // few tiles: make them equal
      const int64_t even = round_up(divide_up(size, 2 * divide_up(size, 2 * tile)), 64);
      kernel->tile = kernel->chunk = least(even, tile);
    }
  }
  kernel->chunk_count = divide_up(size, kernel->chunk);
}

static void walk_reduction(rival_kernel *kernel, rival_plan *plan, int64_t limit) {
  const int64_t outer = kernel->outer, reduced = kernel->reduced, inner = kernel->inner;
  kernel->reduced_chunks = 1;
  if (reduced * inner <= limit) {
    plan->walk = RIVAL_WALK_SEGMENTS;
    int64_t segments = least(limit / most(reduced * inner, 1), outer);
    if (segments == outer && outer > 1 && plan->size > 512) segments = divide_up(outer, 2);
    plan->segments = most(segments, 1);
    kernel->tile = most(plan->segments * reduced * inner, 1);
    const int64_t tiles = divide_up(outer, plan->segments), tiles_a_chunk = most(divide_up(tiles, MOST_CHUNKS), 1);
    kernel->chunk = kernel->tile * tiles_a_chunk;
    kernel->chunk_count = divide_up(tiles, tiles_a_chunk);
    return;
  }
  plan->walk = RIVAL_WALK_ROWS;
  if (inner <= limit) {
    plan->block = inner;
    plan->rows = least(limit / inner, reduced);
  } else {
    plan->blocks = divide_up(inner, limit);
    plan->block = round_up(divide_up(inner, plan->blocks), 16);
    plan->rows = 1;
  }
  plan->blocks = divide_up(inner, plan->block);
  plan->chunk_rows = reduced;
  if (outer == 1) {
    const int64_t work = kernel->step_count < 8 ? 8192 : 4096;
    const int64_t chunks = least(most(plan->size / work, 1), MOST_CHUNKS);
    plan->chunk_rows = least(round_up(divide_up(reduced, chunks), plan->rows), reduced);
    kernel->reduced_chunks = divide_up(reduced, plan->chunk_rows);
  }
  kernel->tile = plan->block * plan->rows;
  kernel->chunk = plan->chunk_rows * plan->block;
  kernel->chunk_count = outer * kernel->reduced_chunks * plan->blocks;
}

// Whether every tile starts at a multiple of `period`.
static int starts_at_multiples(const rival_kernel *kernel, const rival_plan *plan, int64_t period) {
  switch (plan->walk) {
    case RIVAL_WALK_ELEMENTS: return kernel->tile % period == 0;
    case RIVAL_WALK_SEGMENTS: return kernel->tile % period == 0;
    default:
      return plan->blocks == 1 && (plan->rows * plan->block) % period == 0 &&
             (plan->chunk_rows * plan->block) % period == 0 && (kernel->reduced * plan->block) % period == 0;
  }
}

static size_t take(rival_plan *plan, int64_t bytes) {
  const size_t offset = plan->bytes;
  plan->bytes = offset + (size_t)round_up(bytes + PADDING, 64);
  return offset;
}

static void lay_out(rival_kernel *kernel, rival_plan *plan, const uint8_t *widths) {
  const int64_t lanes = round_up(kernel->tile, 16);
  plan->pointers_offset = take(plan, (int64_t)sizeof(void *) * plan->registers);
  for (int32_t r = 0; r < plan->registers; r++) {
    plan->register_offsets[r] = widths[r] ? take(plan, lanes * widths[r]) : 0;
  }
  for (int32_t i = 0; i < kernel->load_count; i++) {
    rival_plan_load *load = &plan->loads[i];
    load->extent = lanes;
    if (load->access == RIVAL_LOAD_PERIODIC && !starts_at_multiples(kernel, plan, load->period)) {
      load->extent += load->period;
    }
    load->extent = least(load->extent, plan->size);
    load->offset = take(plan, most(load->extent, lanes) * load->width);
  }
  for (int32_t i = 0; i < kernel->reduction_count; i++) {
    rival_plan_reduction *reduction = &plan->reductions[i];
    const int32_t dtype = kernel->reductions[i].dtype;
    reduction->element = rival_register_bytes(dtype);
    if (dtype == RIVAL_BOOL) rival_refuse("a reduction of an element type", dtype);
    reduction->reducer = &plan->lanes->reducers[dtype][kernel->reductions[i].kind];
    reduction->offset = take(plan, lanes * reduction->element);
  }
}

static int32_t valid(int32_t reg, int32_t registers) { return reg >= 0 && reg < registers ? reg : 0; }

static void resolve(rival_kernel *kernel, rival_plan *plan) {
  for (int32_t i = 0; i < kernel->step_count; i++) {
    const rival_step *step = &kernel->steps[i];
    plan->steps[i] = (rival_plan_step){
        .function = plan->lanes->step(step), .dst = step->dst, .a = valid(step->a, plan->registers),
        .b = valid(step->b, plan->registers), .c = valid(step->c, plan->registers), .store = -1};
    if (!plan->steps[i].function) rival_refuse("a step for a type", step->operation);
  }
  for (int32_t i = 0; i < kernel->load_count; i++) {
    rival_plan_load *load = &plan->loads[i];
    for (int32_t s = 0; s < kernel->store_count; s++) load->escapes |= kernel->stores[s].reg == load->reg;
    for (int32_t r = 0; r < kernel->reduction_count; r++) load->escapes |= kernel->reductions[r].reg == load->reg;
  }
  for (int32_t s = 0; s < kernel->store_count; s++) {
    const rival_store *store = &kernel->stores[s];
    plan->stores[s].element = rival_element_bytes(store->dtype);
    plan->stores[s].direct = -1;
    if (store->dtype == RIVAL_BOOL) continue;
    for (int32_t i = kernel->step_count - 1; i >= 0; i--) {
      if (kernel->steps[i].dst != store->reg) continue;
      if (plan->steps[i].store < 0) {
        plan->steps[i].store = s;
        plan->stores[s].direct = i;
      }
      break;
    }
  }
}

void rival_kernel_prepare(rival_kernel *kernel) {
  rival_kernel_release(kernel);
  const int32_t registers = kernel->registers > 0 ? kernel->registers : 1;
  const size_t loads = (size_t)kernel->load_count * sizeof(rival_plan_load);
  const size_t steps = (size_t)kernel->step_count * sizeof(rival_plan_step);
  const size_t stores = (size_t)kernel->store_count * sizeof(rival_plan_store);
  const size_t reductions = (size_t)kernel->reduction_count * sizeof(rival_plan_reduction);
  const size_t offsets = (size_t)registers * sizeof(size_t);
  const size_t bytes = sizeof(rival_plan) + loads + steps + stores + reductions + offsets + (size_t)registers;
  char *memory = calloc(1, bytes);
  if (!memory) abort();
  rival_plan *plan = (rival_plan *)memory;
  plan->loads = (rival_plan_load *)(memory += sizeof(rival_plan));
  plan->steps = (rival_plan_step *)(memory += loads);
  plan->stores = (rival_plan_store *)(memory += steps);
  plan->reductions = (rival_plan_reduction *)(memory += stores);
  plan->register_offsets = (size_t *)(memory += reductions);
  uint8_t *widths = (uint8_t *)(memory += offsets);
  plan->lanes = rival_current_lanes();
  plan->registers = registers;
  plan->size = 1;
  for (int d = 0; d < kernel->rank; d++) plan->size *= kernel->dims[d];

  for (int32_t i = 0; i < kernel->step_count; i++) {
    const int32_t dst = valid(kernel->steps[i].dst, registers);
    const uint8_t width = (uint8_t)rival_register_bytes(result_dtype(&kernel->steps[i]));
    if (widths[dst] < width) widths[dst] = width;
  }
  int64_t limit = MOST_TILE;
  const int64_t element = footprint(kernel, widths);
  while (limit > LEAST_TILE && limit * element > TILE_BYTES) limit /= 2;

  for (int32_t i = 0; i < kernel->load_count; i++) classify(kernel, limit, &kernel->loads[i], &plan->loads[i]);
  if (kernel->reduction_count > 0) {
    walk_reduction(kernel, plan, limit);
  } else {
    walk_elements(kernel, plan, limit);
  }
  lay_out(kernel, plan, widths);
  resolve(kernel, plan);
  kernel->plan = plan;
}

void rival_kernel_release(rival_kernel *kernel) {
  free(kernel->plan);
  kernel->plan = NULL;
}

size_t rival_kernel_scratch_bytes(const rival_kernel *kernel) {
  return kernel->plan ? ((const rival_plan *)kernel->plan)->bytes : 0;
}
