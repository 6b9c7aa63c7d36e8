// What each vector unit provides. The sources under `lanes/` are compiled once per unit with other target attributes, and
// one table of functions is chosen when the process starts.
#ifndef RIVAL_LANES_H
#define RIVAL_LANES_H
#include "../include/kernels.h"

// One step over `vectors` groups of 16 lanes. Arrays are readable and writable to whole groups; `start` is the flat index of
// the first element and `count` the number of real elements.
typedef void (*rival_lane_function)(
    void *result, const void *a, const void *b, const void *c, int64_t vectors, const rival_step *step, int64_t start,
    int64_t count);

typedef struct {
  void (*identity)(void *accumulator, int64_t count);
  void (*accumulate)(void *accumulator, const void *values, int64_t count);  // elementwise; exact count
  // values [segments, reduced, inner] -> result [segments, inner]
  void (*segments)(void *result, const void *values, int64_t segments, int64_t reduced, int64_t inner);
} rival_reducer;

// A strided view over an iteration space, its dimensions merged; rank >= 1.
typedef struct {
  const void *data;
  int64_t dims[RIVAL_MAX_RANK], strides[RIVAL_MAX_RANK];
  int32_t rank, dtype;
} rival_view;

typedef struct {
  const char *name;
  rival_lane_function (*step)(const rival_step *step);
  rival_reducer reducers[3][3];  // [FLOAT32, FLOAT64, INT32][kind]
  // Elements [start, start + count) of the view, widened to lanes. May write up to 128 bytes past the end.
  void (*gather)(void *result, const rival_view *view, int64_t start, int64_t count);
  void (*narrow)(uint8_t *result, const int32_t *lanes, int64_t count);
  void (*philox)(uint64_t key, uint32_t step, uint64_t first, int64_t count, uint32_t *result);
  void (*skinny)(const rival_skinny_matmul *matmul, int thread, int threads);
  void (*convolution)(const rival_convolution *convolution, int thread, int threads);
} rival_lanes;

extern const rival_lanes rival_lanes_baseline;
#if defined(__x86_64__)
extern const rival_lanes rival_lanes_avx2;
extern const rival_lanes rival_lanes_avx512;
#endif

const rival_lanes *rival_current_lanes(void);

// Ends the process with a sentence: a program asks for what the executor does not have.
_Noreturn void rival_refuse(const char *what, int code);

// The part [first, end) of `count` units that belongs to a thread; of few units, the first threads take one each.
static inline void rival_share(int64_t count, int thread, int threads, int64_t *first, int64_t *end) {
  if (count <= threads) {
    *first = thread < count ? thread : count;
    *end = thread < count ? thread + 1 : count;
  } else {
    *first = count * thread / threads;
    *end = count * (thread + 1) / threads;
  }
}

#endif
