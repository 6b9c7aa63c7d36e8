// Sums, maxima and minima, in an order that the shape alone decides.

#define SUM(x, y) ((x) + (y))
#define FLOAT_MAX(x, y) ((((x) > (y)) | ((x) != (x))) ? (x) : (y))
#define FLOAT_MIN(x, y) ((((x) < (y)) | ((x) != (x))) ? (x) : (y))
#define INTEGER_MAX(x, y) ((x) > (y) ? (x) : (y))
#define INTEGER_MIN(x, y) ((x) < (y) ? (x) : (y))

#define REDUCER(name, V, S, START, COMBINE)                                                                           \
  static void LANES(name##_identity)(void *accumulator, int64_t count) {                                              \
    for (int64_t i = 0; i < count; i++) ((S *)accumulator)[i] = START;                                                \
  }                                                                                                                   \
  static void LANES(name##_accumulate)(void *accumulator, const void *values, int64_t count) {                        \
    int64_t i = 0;                                                                                                    \
    for (; i + 16 <= count; i += 16) {                                                                                \
      V x = LOAD_##V(accumulator, i), y = LOAD_##V(values, i);                                                        \
      STORE_##V(accumulator, i, COMBINE(x, y));                                                                       \
    }                                                                                                                 \
    for (; i < count; i++) {                                                                                          \
      S x = ((S *)accumulator)[i], y = ((const S *)values)[i];                                                        \
      ((S *)accumulator)[i] = COMBINE(x, y);                                                                          \
    }                                                                                                                 \
  }                                                                                                                   \
  static S LANES(name##_row)(const S *values, int64_t count) {                                                        \
    S total = START;                                                                                                  \
    int64_t i = 0;                                                                                                    \
    if (count >= 16) {                                                                                                \
      V x = LOAD_##V(values, 0);                                                                                      \
      i = 16;                                                                                                         \
      if (count >= 64) {                                                                                              \
        V x1 = LOAD_##V(values, 16), x2 = LOAD_##V(values, 32), x3 = LOAD_##V(values, 48);                            \
        for (i = 64; i + 64 <= count; i += 64) {                                                                      \
          V y = LOAD_##V(values, i), y1 = LOAD_##V(values, i + 16);                                                   \
          V y2 = LOAD_##V(values, i + 32), y3 = LOAD_##V(values, i + 48);                                             \
          x = COMBINE(x, y);                                                                                          \
          x1 = COMBINE(x1, y1);                                                                                       \
          x2 = COMBINE(x2, y2);                                                                                       \
          x3 = COMBINE(x3, y3);                                                                                       \
        }                                                                                                             \
        x = COMBINE(x, x1);                                                                                           \
        x2 = COMBINE(x2, x3);                                                                                         \
        x = COMBINE(x, x2);                                                                                           \
      }                                                                                                               \
      for (; i + 16 <= count; i += 16) {                                                                              \
        V y = LOAD_##V(values, i);                                                                                    \
        x = COMBINE(x, y);                                                                                            \
      }                                                                                                               \
      V z = __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);                \
      x = COMBINE(x, z);                                                                                              \
      z = __builtin_shufflevector(x, x, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);                              \
      x = COMBINE(x, z);                                                                                              \
      S p = COMBINE(x[0], x[2]), q = COMBINE(x[1], x[3]);                                                             \
      total = COMBINE(p, q);                                                                                          \
    }                                                                                                                 \
    for (; i < count; i++) total = COMBINE(total, values[i]);                                                         \
    return total;                                                                                                     \
  }                                                                                                                   \
  static void LANES(name##_segments)(                                                                                 \
      void *result, const void *values, int64_t segments, int64_t reduced, int64_t inner) {                           \
    S *out = result;                                                                                                  \
    const S *in = values;                                                                                             \
    if (inner == 1 && reduced == 2) {                                                                                 \
      for (int64_t o = 0; o < segments; o++) out[o] = COMBINE(in[2 * o], in[2 * o + 1]);                              \
      return;                                                                                                         \
    }                                                                                                                 \
    if (inner == 1 && (reduced == 4 || reduced == 8 || reduced == 16)) {                                              \
      /* Sixteen rows at a time: neighbours combine pairwise, log2(reduced) times. */                                 \
      for (; segments >= 16; segments -= 16, out += 16, in += 16 * reduced) {                                         \
        V x[16];                                                                                                      \
        for (int64_t i = 0; i < reduced; i++) x[i] = LOAD_##V(in, 16 * i);                                            \
        for (int64_t n = reduced / 2; n >= 1; n /= 2)                                                                 \
          for (int64_t i = 0; i < n; i++) {                                                                           \
            V a = x[2 * i], b = x[2 * i + 1];                                                                         \
            V even = __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);        \
            V odd = __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);         \
            x[i] = COMBINE(even, odd);                                                                                \
          }                                                                                                           \
        STORE_##V(out, 0, x[0]);                                                                                      \
      }                                                                                                               \
    }                                                                                                                 \
    for (int64_t o = 0; o < segments; o++, out += inner, in += reduced * inner) {                                     \
      if (inner == 1) {                                                                                               \
        *out = LANES(name##_row)(in, reduced);                                                                        \
        continue;                                                                                                     \
      }                                                                                                               \
      int64_t i = 0;                                                                                                  \
      for (; i + 16 <= inner; i += 16) {                                                                              \
        V x = LOAD_##V(in, i);                                                                                        \
        for (int64_t r = 1; r < reduced; r++) {                                                                       \
          V y = LOAD_##V(in, r * inner + i);                                                                          \
          x = COMBINE(x, y);                                                                                          \
        }                                                                                                             \
        STORE_##V(out, i, x);                                                                                         \
      }                                                                                                               \
      for (; i < inner; i++) {                                                                                        \
        S x = in[i];                                                                                                  \
        for (int64_t r = 1; r < reduced; r++) x = COMBINE(x, in[r * inner + i]);                                      \
        out[i] = x;                                                                                                   \
      }                                                                                                               \
    }                                                                                                                 \
  }

REDUCER(sum_f32, f32, float, 0, SUM)
REDUCER(max_f32, f32, float, -__builtin_inff(), FLOAT_MAX)
REDUCER(min_f32, f32, float, __builtin_inff(), FLOAT_MIN)
REDUCER(sum_f64, f64, double, 0, SUM)
REDUCER(max_f64, f64, double, -__builtin_inf(), FLOAT_MAX)
REDUCER(min_f64, f64, double, __builtin_inf(), FLOAT_MIN)
REDUCER(sum_i32, u32, uint32_t, 0, SUM)
REDUCER(max_i32, i32, int32_t, INT32_MIN, INTEGER_MAX)
REDUCER(min_i32, i32, int32_t, INT32_MAX, INTEGER_MIN)
