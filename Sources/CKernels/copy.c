// Strided copies and fills, split over the team by units that the shape alone decides.
#include <string.h>

#include "lanes/lanes.h"

enum { BLOCK = 32, RUN = 4096 };

typedef struct {
  int rank;
  int64_t dims[RIVAL_MAX_RANK], source[RIVAL_MAX_RANK], destination[RIVAL_MAX_RANK];
} layout;

// The copy's dimensions, merged where both sides allow.
static layout merged(const rival_copy *copy) {
  layout l = {.rank = 0};
  for (int d = 0; d < copy->rank; d++) {
    const int64_t dim = copy->dims[d], source = copy->source_strides[d], destination = copy->destination_strides[d];
    if (dim == 1) continue;
    const int last = l.rank - 1;
    if (last >= 0 && l.source[last] == source * dim && l.destination[last] == destination * dim) {
      l.dims[last] *= dim;
    } else {
      l.dims[++l.rank - 1] = dim;
    }
    l.source[l.rank - 1] = source;
    l.destination[l.rank - 1] = destination;
  }
  if (l.rank == 0) {
    l.dims[0] = 1;
    l.source[0] = l.destination[0] = 1;
    l.rank = 1;
  }
  return l;
}

#define LINE(T)                                                                                          \
  static void line_##T(T *to, int64_t to_stride, const T *from, int64_t from_stride, int64_t count) {    \
    if (to_stride == 1 && from_stride == 0) {                                                            \
      const T value = *from;                                                                             \
      for (int64_t i = 0; i < count; i++) to[i] = value;                                                 \
    } else {                                                                                             \
      for (int64_t i = 0; i < count; i++) to[i * to_stride] = from[i * from_stride];                     \
    }                                                                                                    \
  }
LINE(uint8_t)
LINE(uint16_t)
LINE(uint32_t)
LINE(uint64_t)

static void line(char *to, int64_t to_stride, const char *from, int64_t from_stride, int64_t count, int32_t bytes) {
  if (to_stride == 1 && from_stride == 1) {
    memcpy(to, from, (size_t)(count * bytes));
    return;
  }
  switch (bytes) {
    case 1: line_uint8_t((uint8_t *)to, to_stride, (const uint8_t *)from, from_stride, count); break;
    case 2: line_uint16_t((uint16_t *)to, to_stride, (const uint16_t *)from, from_stride, count); break;
    case 4: line_uint32_t((uint32_t *)to, to_stride, (const uint32_t *)from, from_stride, count); break;
    case 8: line_uint64_t((uint64_t *)to, to_stride, (const uint64_t *)from, from_stride, count); break;
    default: rival_refuse("an element size", bytes);
  }
}

void rival_run_copy(void *context, int thread, int threads) {
  const rival_copy *copy = context;
  const layout l = merged(copy);
  const int last = l.rank - 1;
  // A transposition reads along another dimension than it writes: go through it by square blocks.
  int other = -1;
  if (l.source[last] > 1) {
    for (int d = 0; d < last; d++) {
      if (l.source[d] == 1) other = d;
    }
  }
  const int64_t run = other >= 0 ? BLOCK : RUN;
  const int64_t runs = (l.dims[last] + run - 1) / run;
  int64_t units = runs;
  for (int d = 0; d < last; d++) units *= d == other ? (l.dims[d] + BLOCK - 1) / BLOCK : l.dims[d];
  int64_t first, end;
  rival_share(units, thread, threads, &first, &end);
  for (int64_t unit = first; unit < end; unit++) {
    int64_t rest = unit / runs, from = 0, to = 0, lines = 1;
    for (int d = last - 1; d >= 0; d--) {
      const int64_t count = d == other ? (l.dims[d] + BLOCK - 1) / BLOCK : l.dims[d];
      int64_t index = rest % count;
      rest /= count;
      if (d == other) {
        index *= BLOCK;
        lines = l.dims[d] - index < BLOCK ? l.dims[d] - index : BLOCK;
      }
      from += index * l.source[d];
      to += index * l.destination[d];
    }
    const int64_t begin = unit % runs * run;
    const int64_t count = l.dims[last] - begin < run ? l.dims[last] - begin : run;
    from += begin * l.source[last];
    to += begin * l.destination[last];
    for (int64_t i = 0; i < lines; i++) {
      line((char *)copy->destination + to * copy->element_bytes, l.destination[last],
           (const char *)copy->source + from * copy->element_bytes, l.source[last], count, copy->element_bytes);
      if (other >= 0) {
        from += l.source[other];
        to += l.destination[other];
      }
    }
  }
}

void rival_run_fill(void *context, int thread, int threads) {
  const rival_fill *fill = context;
  int64_t first, end;
  rival_share((fill->count + RUN - 1) / RUN, thread, threads, &first, &end);
  first *= RUN;
  end = end * RUN < fill->count ? end * RUN : fill->count;
  if (first >= end) return;
  char *to = (char *)fill->destination + first * fill->element_bytes;
  uint64_t value;
  memcpy(&value, fill->value, 8);
  if (value == 0) {
    memset(to, 0, (size_t)((end - first) * fill->element_bytes));
  } else {
    line(to, 1, (const char *)fill->value, 0, end - first, fill->element_bytes);
  }
}
