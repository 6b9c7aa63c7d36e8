// Float32 products with a tiny dimension. Three ways, each a sum over k in a fixed order for each result:
//   columns: the long dimension is contiguous in its operand; lanes run along it, accumulators stay in registers;
//   dots:    k is contiguous in the long operand; lanes run along k, and each result ends in a horizontal sum;
//   updates: k is tiny; rows of the result are sums of k scaled rows of b.

// result(l, s) = sum_k x(l, k) y(s, k), s < count <= 8; the strides are in elements.
typedef struct {
  const float *x, *y, *long_bias, *small_bias;
  float *result;
  int64_t length, k, x_long, x_k, y_small, y_k, result_long, result_small;
  int32_t count, activation;
  float alpha;
} LANES(skinny_form);

INLINE f32 LANES(load_part)(const float *p, int64_t count) {
  f32 v = 0.0f;
  if (count >= 16) return LOAD_f32(p, 0);
  memcpy(&v, p, (size_t)count * 4);
  return v;
}

// `groups` times 16 results along the long dimension for all `count` small indices.
INLINE void LANES(columns_block)(const LANES(skinny_form) *f, int64_t l, const int count, const int groups, int64_t lanes) {
  f32 sum[16];
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i++) sum[i] = 0.0f;
  const float *x = f->x + l;
  for (int64_t k = 0; k < f->k; k++, x += f->x_k) {
    f32 v[4];
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) v[g] = lanes == 16 ? LOAD_f32(x, g * 16) : LANES(load_part)(x, lanes);
#pragma clang loop unroll(full)
    for (int s = 0; s < count; s++) {
      f32 w = f->y[s * f->y_small + k * f->y_k];
#pragma clang loop unroll(full)
      for (int g = 0; g < groups; g++) sum[s * groups + g] += v[g] * w;
    }
  }
#pragma clang loop unroll(full)
  for (int s = 0; s < count; s++) {
#pragma clang loop unroll(full)
    for (int g = 0; g < groups; g++) {
      f32 value = sum[s * groups + g];
      if (f->small_bias) value += f->small_bias[s];
      if (f->long_bias) value += LANES(load_part)(f->long_bias + l + g * 16, lanes);
      value = LANES(activated)(value, f->activation, f->alpha);
      float *out = f->result + (l + g * 16) * f->result_long + s * f->result_small;
      if (f->result_long == 1 && lanes == 16) {
        STORE_f32(out, 0, value);
      } else {
        float part[16];
        STORE_f32(part, 0, value);
        for (int64_t i = 0; i < lanes; i++) out[i * f->result_long] = part[i];
      }
    }
  }
}

INLINE void LANES(columns_range)(const LANES(skinny_form) *f, int64_t first, int64_t end, const int count, const int groups) {
  int64_t l = first;
  for (; l + groups * 16 <= end; l += groups * 16) LANES(columns_block)(f, l, count, groups, 16);
  for (; l + 16 <= end; l += 16) LANES(columns_block)(f, l, count, 1, 16);
  if (l < end) LANES(columns_block)(f, l, count, 1, end - l);
}

static void LANES(columns)(const LANES(skinny_form) *f, int thread, int threads) {
  int64_t first, end;
  rival_share((f->length + 15) / 16, thread, threads, &first, &end);
  first *= 16;
  end = end * 16 < f->length ? end * 16 : f->length;
  switch (f->count) {
    case 1: LANES(columns_range)(f, first, end, 1, 4); break;
    case 2: LANES(columns_range)(f, first, end, 2, 4); break;
    case 3: LANES(columns_range)(f, first, end, 3, 4); break;
    case 4: LANES(columns_range)(f, first, end, 4, 4); break;
    case 5: LANES(columns_range)(f, first, end, 5, 2); break;
    case 6: LANES(columns_range)(f, first, end, 6, 2); break;
    case 7: LANES(columns_range)(f, first, end, 7, 2); break;
    default: LANES(columns_range)(f, first, end, 8, 2); break;
  }
}

INLINE float LANES(lane_sum)(f32 x) {
  x += __builtin_shufflevector(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
  x += __builtin_shufflevector(x, x, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
  return (x[0] + x[2]) + (x[1] + x[3]);
}

// `rows` rows of the long dimension times `count` packed rows of y; k in [0, depth). Adds to the result unless `start`.
INLINE void LANES(dots_block)(
    const LANES(skinny_form) *f, const float *x, const float *y, int64_t y_stride, int64_t l, int64_t depth, int start,
    int end, const int count, const int rows) {
  f32 sum[16];
#pragma clang loop unroll(full)
  for (int i = 0; i < 16; i++) sum[i] = 0.0f;
  int64_t k = 0;
  for (; k + 16 <= depth; k += 16) {
    f32 v[4];
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) v[r] = LOAD_f32(x, r * f->x_long + k);
#pragma clang loop unroll(full)
    for (int s = 0; s < count; s++) {
      f32 w = LOAD_f32(y, s * y_stride + k);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) sum[s * rows + r] += v[r] * w;
    }
  }
  if (k < depth) {
#pragma clang loop unroll(full)
    for (int s = 0; s < count; s++) {
      f32 w = LANES(load_part)(y + s * y_stride + k, depth - k);
#pragma clang loop unroll(full)
      for (int r = 0; r < rows; r++) sum[s * rows + r] += LANES(load_part)(x + r * f->x_long + k, depth - k) * w;
    }
  }
  float results[16] = {0};
#pragma clang loop unroll(full)
  for (int s = 0; s < count; s++) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      float value = LANES(lane_sum)(sum[s * rows + r]);
      if (!start) value += f->result[(l + r) * f->result_long + s * f->result_small];
      if (end && f->small_bias) value += f->small_bias[s];
      if (end && f->long_bias) value += f->long_bias[l + r];
      results[s * rows + r] = value;
    }
  }
  if (end && f->activation) STORE_f32(results, 0, LANES(activated)(LOAD_f32(results, 0), f->activation, f->alpha));
#pragma clang loop unroll(full)
  for (int s = 0; s < count; s++) {
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) f->result[(l + r) * f->result_long + s * f->result_small] = results[s * rows + r];
  }
}

#define DEPTH 512
static void LANES(dots)(const LANES(skinny_form) *f, int thread, int threads) {
  float packed[8 * DEPTH];
  int64_t first, end;
  rival_share(f->length, thread, threads, &first, &end);
  if (first >= end) return;
  for (int64_t k = 0; k == 0 || k < f->k; k += DEPTH) {
    const int64_t depth = f->k - k < DEPTH ? f->k - k : DEPTH;
    const float *y = f->y + k;
    int64_t y_stride = f->y_small;
    if (f->y_k != 1) {
      for (int64_t s = 0; s < f->count; s++) {
        for (int64_t i = 0; i < depth; i++) packed[s * DEPTH + i] = f->y[s * f->y_small + (k + i) * f->y_k];
      }
      y = packed;
      y_stride = DEPTH;
    }
    const int start = k == 0, last = k + DEPTH >= f->k;
#define DOTS(COUNT, ROWS)                                                                                          \
  case COUNT: {                                                                                                    \
    int64_t l = first;                                                                                             \
    for (; l + ROWS <= end; l += ROWS)                                                                             \
      LANES(dots_block)(f, f->x + l * f->x_long + k, y, y_stride, l, depth, start, last, COUNT, ROWS);             \
    for (; l < end; l++) LANES(dots_block)(f, f->x + l * f->x_long + k, y, y_stride, l, depth, start, last, COUNT, 1); \
  } break;
    switch (f->count) {
      DOTS(1, 4)
      DOTS(2, 4)
      DOTS(3, 4)
      DOTS(4, 4)
      DOTS(5, 2)
      DOTS(6, 2)
      DOTS(7, 2)
      DOTS(8, 2)
      default: break;
    }
#undef DOTS
  }
}
#undef DEPTH

// 16 columns of the rows [first, end) of c; their part of b's `depth` rows stays in registers.
INLINE void LANES(updates_block)(
    const rival_skinny_matmul *m, const float *b, int64_t b_row, const float *bias, int64_t first, int64_t end,
    int64_t block, int64_t lanes, const int depth) {
  f32 v[8], offset = bias ? LANES(load_part)(bias, lanes) : (f32)0.0f;
#pragma clang loop unroll(full)
  for (int k = 0; k < depth; k++) v[k] = LANES(load_part)(b + k * b_row, lanes);
  const float *a = m->a + first * m->a_row;
  float *row = m->c + first * m->n + block;
  for (int64_t i = first; i < end; i++, a += m->a_row, row += m->n) {
    f32 sum = v[0] * a[0];
#pragma clang loop unroll(full)
    for (int k = 1; k < depth; k++) sum += v[k] * a[k * m->a_column];
    sum += offset;
    if (m->activation) sum = LANES(activated)(sum, m->activation, m->alpha);
    if (lanes >= 16) {
      STORE_f32(row, 0, sum);
    } else {
      memcpy(row, &sum, (size_t)lanes * 4);
    }
  }
}

// k <= 8: c's columns by blocks, whose part of b is packed first when b is not row major.
#define WIDTH 256
static void LANES(updates)(const rival_skinny_matmul *m, int thread, int threads) {
  float packed[8 * WIDTH];
  int64_t first, end;
  rival_share(m->m, thread, threads, &first, &end);
  for (int64_t block = 0; block < m->n && first < end; block += WIDTH) {
    const int64_t width = m->n - block < WIDTH ? m->n - block : WIDTH;
    const float *b = m->b + block;
    int64_t b_row = m->b_row;
    if (m->b_column != 1) {
      for (int64_t k = 0; k < m->k; k++) {
        for (int64_t j = 0; j < width; j++) packed[k * WIDTH + j] = m->b[k * m->b_row + (block + j) * m->b_column];
      }
      b = packed;
      b_row = WIDTH;
    }
    for (int64_t start = first; start < end; start += 64) {  // so that the rows of c stay in the cache
      const int64_t stop = start + 64 < end ? start + 64 : end;
      for (int64_t j = 0; j < width; j += 16) {
        const int64_t lanes = width - j < 16 ? width - j : 16;
        const float *bias = m->bias ? m->bias + block + j : 0;
#define UPDATES(DEPTH) \
  case DEPTH: LANES(updates_block)(m, b + j, b_row, bias, start, stop, block + j, lanes, DEPTH); break;
        switch (m->k) {
          UPDATES(1)
          UPDATES(2)
          UPDATES(3)
          UPDATES(4)
          UPDATES(5)
          UPDATES(6)
          UPDATES(7)
          UPDATES(8)
          default: break;
        }
#undef UPDATES
      }
    }
  }
}
#undef WIDTH

// Any strides and sizes, one sum at a time.
static void LANES(product)(const rival_skinny_matmul *m, int thread, int threads) {
  int64_t first, end;
  rival_share(m->m, thread, threads, &first, &end);
  for (int64_t i = first; i < end; i++) {
    const float *a = m->a + i * m->a_row;
    for (int64_t block = 0; block < m->n; block += 16) {
      const int64_t count = m->n - block < 16 ? m->n - block : 16;
      float sums[16] = {0};
      for (int64_t j = 0; j < count; j++) {
        const float *b = m->b + (block + j) * m->b_column;
        float sum = 0;
        for (int64_t k = 0; k < m->k; k++) sum += a[k * m->a_column] * b[k * m->b_row];
        sums[j] = m->bias ? sum + m->bias[block + j] : sum;
      }
      if (m->activation) STORE_f32(sums, 0, LANES(activated)(LOAD_f32(sums, 0), m->activation, m->alpha));
      for (int64_t j = 0; j < count; j++) m->c[i * m->n + block + j] = sums[j];
    }
  }
}

static void LANES(skinny)(const rival_skinny_matmul *m, int thread, int threads) {
  LANES(skinny_form) rows = {
      .x = m->a, .y = m->b, .small_bias = m->bias, .result = m->c, .length = m->m, .k = m->k, .x_long = m->a_row,
      .x_k = m->a_column, .y_small = m->b_column, .y_k = m->b_row, .result_long = m->n, .result_small = 1,
      .count = m->n <= 8 ? (int32_t)m->n : 0, .activation = m->activation, .alpha = m->alpha};
  LANES(skinny_form) columns = {
      .x = m->b, .y = m->a, .long_bias = m->bias, .result = m->c, .length = m->n, .k = m->k, .x_long = m->b_column,
      .x_k = m->b_row, .y_small = m->a_row, .y_k = m->a_column, .result_long = 1, .result_small = m->n,
      .count = m->m <= 8 ? (int32_t)m->m : 0, .activation = m->activation, .alpha = m->alpha};
  if (m->m <= 0 || m->n <= 0) return;
  if (m->k >= 1 && m->k <= 8 && m->n >= 16) {
    LANES(updates)(m, thread, threads);
  } else if (m->k < 16 && m->n < 16 && m->a_row != 1) {
    LANES(product)(m, thread, threads);
  } else if (rows.count && m->m >= m->n && m->a_row == 1) {
    LANES(columns)(&rows, thread, threads);
  } else if (rows.count && m->m >= m->n && m->a_column == 1) {
    LANES(dots)(&rows, thread, threads);
  } else if (columns.count && m->b_column == 1) {
    LANES(columns)(&columns, thread, threads);
  } else if (columns.count && m->b_row == 1) {
    LANES(dots)(&columns, thread, threads);
  } else {
    LANES(product)(m, thread, threads);
  }
}
