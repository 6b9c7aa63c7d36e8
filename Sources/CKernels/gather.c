// Gather and scatter-add along one axis.
#include <string.h>

#include "lanes/lanes.h"

static inline int64_t clamped(int32_t index, int64_t size) {
  return index < 0 ? 0 : index >= size ? size - 1 : index;
}

#define GATHER_ONE(T)                                                                              \
  static void gather_##T(const rival_gather *g, int64_t first, int64_t end) {                      \
    for (int64_t unit = first; unit < end; unit++) {                                               \
      const int64_t o = unit / g->count, j = unit % g->count;                                      \
      ((T *)g->result)[unit] = ((const T *)g->source)[o * g->size + clamped(g->indices[j], g->size)]; \
    }                                                                                              \
  }
GATHER_ONE(uint8_t)
GATHER_ONE(uint32_t)
GATHER_ONE(uint64_t)

void rival_run_gather(void *context, int thread, int threads) {
  const rival_gather *g = context;
  int64_t first, end;
  if (g->size <= 0) return;
  rival_share(g->outer * g->count, thread, threads, &first, &end);
  if (g->inner == 1 && g->element_bytes == 4) {
    gather_uint32_t(g, first, end);
  } else if (g->inner == 1 && g->element_bytes == 8) {
    gather_uint64_t(g, first, end);
  } else if (g->inner == 1 && g->element_bytes == 1) {
    gather_uint8_t(g, first, end);
  } else {
    const int64_t bytes = g->inner * g->element_bytes;
    for (int64_t unit = first; unit < end; unit++) {
      const int64_t o = unit / g->count, j = unit % g->count;
      const int64_t from = o * g->size + clamped(g->indices[j], g->size);
      memcpy((char *)g->result + unit * bytes, (const char *)g->source + from * bytes, (size_t)bytes);
    }
  }
}

// Each thread owns a range of rows of the result and meets their contributions in the order of j.
#define SCATTER(T)                                                                                       \
  static void scatter_##T(const rival_scatter *s, int64_t first, int64_t end) {                          \
    for (int64_t o = first / s->size; o * s->size < end; o++) {                                          \
      const int64_t low = o * s->size < first ? first - o * s->size : 0;                                 \
      const int64_t high = (o + 1) * s->size > end ? end - o * s->size : s->size;                        \
      T *result = (T *)s->result + o * s->size * s->inner;                                               \
      const T *source = (const T *)s->source + o * s->count * s->inner;                                  \
      memset(result + low * s->inner, 0, (size_t)((high - low) * s->inner) * sizeof(T));                 \
      for (int64_t j = 0; j < s->count; j++) {                                                           \
        const int64_t row = clamped(s->indices[j], s->size);                                             \
        if (row < low || row >= high) continue;                                                          \
        T *restrict to = result + row * s->inner;                                                        \
        const T *restrict from = source + j * s->inner;                                                  \
        for (int64_t i = 0; i < s->inner; i++) to[i] += from[i];                                         \
      }                                                                                                  \
    }                                                                                                    \
  }
SCATTER(float)
SCATTER(double)
SCATTER(uint32_t)

void rival_run_scatter(void *context, int thread, int threads) {
  const rival_scatter *s = context;
  int64_t first, end;
  if (s->size <= 0) return;
  rival_share(s->outer * s->size, thread, threads, &first, &end);
  if (first >= end) return;
  switch (s->dtype) {
    case RIVAL_FLOAT32: scatter_float(s, first, end); break;
    case RIVAL_FLOAT64: scatter_double(s, first, end); break;
    case RIVAL_INT32: scatter_uint32_t(s, first, end); break;
    default: rival_refuse("a scatter-add of an element type", s->dtype);
  }
}
