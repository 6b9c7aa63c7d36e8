// What `rival_kernel_prepare` works out about a fused kernel.
#ifndef RIVAL_PLAN_H
#define RIVAL_PLAN_H
#include "lanes/lanes.h"

enum {
  RIVAL_LOAD_IN_PLACE,  // the register points into memory
  RIVAL_LOAD_CONSTANT,  // one element, spread over a tile once a run
  RIVAL_LOAD_PERIODIC,  // repeats every `period` elements: written once a run
  RIVAL_LOAD_STRIDED,   // gathered for every tile
};

typedef struct {
  rival_view view;
  int32_t access, reg;
  int32_t escapes, pad;        // escapes: the register itself is stored or reduced
  int64_t period, extent;      // extent: elements written once a run
  int64_t element, width;      // bytes in memory and in a register
  int64_t inner;               // length of the innermost contiguous run if its stride is 1, else 0
  size_t offset;               // of the buffer, in scratch
} rival_plan_load;

typedef struct {
  rival_lane_function function;
  int32_t dst, a, b, c;
  int32_t store;    // the store that may take this step's result directly, or -1
  int32_t pad;
} rival_plan_step;

typedef struct {
  int64_t element;
  int32_t direct;  // the step that may write the destination directly, or -1
  int32_t pad;
} rival_plan_store;

typedef struct {
  const rival_reducer *reducer;
  int64_t element;
  size_t offset;  // of the accumulator, in scratch
} rival_plan_reduction;

enum {
  RIVAL_WALK_ELEMENTS,  // no reduction: chunks of consecutive tiles
  RIVAL_WALK_SEGMENTS,  // a tile holds `segments` whole [reduced, inner] parts
  RIVAL_WALK_ROWS,      // a unit is one block of columns over a range of the reduced dimension
};

typedef struct {
  const rival_lanes *lanes;
  int64_t size;
  int32_t walk, registers;
  int64_t segments;                            // SEGMENTS: outer indices a tile
  int64_t block, blocks, rows, chunk_rows;     // ROWS: columns a block, blocks, rows a tile, rows a chunk
  size_t *register_offsets, pointers_offset, bytes;
  rival_plan_load *loads;
  rival_plan_step *steps;
  rival_plan_store *stores;
  rival_plan_reduction *reductions;
} rival_plan;

static inline int64_t rival_element_bytes(int32_t dtype) {
  switch (dtype) {
    case RIVAL_FLOAT32:
    case RIVAL_INT32: return 4;
    case RIVAL_FLOAT64: return 8;
    case RIVAL_BOOL: return 1;
    default: rival_refuse("an element type", dtype);
  }
}
static inline int64_t rival_register_bytes(int32_t dtype) {
  const int64_t bytes = rival_element_bytes(dtype);
  return bytes < 4 ? 4 : bytes;
}

#endif
