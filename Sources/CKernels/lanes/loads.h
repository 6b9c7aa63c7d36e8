// Filling a register from a strided view: the two innermost dimensions in tight loops, the others by an odometer.

// `rows` full rows of `columns` elements; results are dense. Writes may run up to 16 lanes past the end.
#define ROWS(name, S, R, V)                                                                                           \
  static R *LANES(name)(R *out, const S *in, int64_t rows, int64_t row_stride, int64_t columns, int64_t stride) {     \
    if (stride == 0) {                                                                                                \
      for (int64_t r = 0; r < rows; r++, out += columns) {                                                            \
        V value = (V)(R)in[r * row_stride];                                                                           \
        STORE_##V(out, 0, value);                                                                                     \
        for (int64_t j = 16; j < columns; j += 16) STORE_##V(out, j, value);                                          \
      }                                                                                                               \
    } else if (stride == 1) {                                                                                         \
      for (int64_t r = 0; r < rows; r++, out += columns) {                                                            \
        const S *row = in + r * row_stride;                                                                           \
        for (int64_t j = 0; j < columns; j++) out[j] = (R)row[j];                                                     \
      }                                                                                                               \
    } else if (rows > 1 && row_stride < stride) {                                                                     \
      for (int64_t j = 0; j < columns; j++) {                                                                         \
        const S *column = in + j * stride;                                                                            \
        for (int64_t r = 0; r < rows; r++) out[r * columns + j] = (R)column[r * row_stride];                          \
      }                                                                                                               \
      out += rows * columns;                                                                                          \
    } else {                                                                                                          \
      for (int64_t r = 0; r < rows; r++, out += columns) {                                                            \
        const S *row = in + r * row_stride;                                                                           \
        for (int64_t j = 0; j < columns; j++) out[j] = (R)row[j * stride];                                            \
      }                                                                                                               \
    }                                                                                                                 \
    return out;                                                                                                       \
  }
ROWS(rows_32, uint32_t, uint32_t, u32)
ROWS(rows_64, double, double, f64)
ROWS(rows_bool, uint8_t, uint32_t, u32)

INLINE void *LANES(rows)(
    void *out, const rival_view *view, int64_t offset, int64_t rows, int64_t row_stride, int64_t columns, int64_t stride) {
  switch (view->dtype) {
    case RIVAL_FLOAT64: return LANES(rows_64)(out, (const double *)view->data + offset, rows, row_stride, columns, stride);
    case RIVAL_BOOL: return LANES(rows_bool)(out, (const uint8_t *)view->data + offset, rows, row_stride, columns, stride);
    default: return LANES(rows_32)(out, (const uint32_t *)view->data + offset, rows, row_stride, columns, stride);
  }
}

static void LANES(gather)(void *out, const rival_view *view, int64_t start, int64_t count) {
  const int last = view->rank - 1;
  const int64_t columns = view->dims[last], stride = view->strides[last];
  if (last == 0) {
    LANES(rows)(out, view, start * stride, 1, 0, count, stride);
    return;
  }
  int64_t index[RIVAL_MAX_RANK], rest = start, offset = 0;
  for (int d = last; d >= 0; d--) {
    index[d] = rest % view->dims[d];
    rest /= view->dims[d];
    offset += index[d] * view->strides[d];
  }
  const int64_t row_stride = view->strides[last - 1];
  while (count > 0) {
    int64_t column = index[last], rows = 1, length;
    if (column == 0 && count >= columns) {
      int64_t whole = count / columns, left = view->dims[last - 1] - index[last - 1];
      rows = whole < left ? whole : left;
      length = columns;
    } else {
      length = columns - column < count ? columns - column : count;
    }
    out = LANES(rows)(out, view, offset, rows, row_stride, length, stride);
    count -= rows * length;
    if (column + length < columns) return;  // the view's part ended within a row
    offset += rows * row_stride - column * stride;
    index[last] = 0;
    index[last - 1] += rows;
    for (int d = last - 1; d > 0 && index[d] == view->dims[d]; d--) {
      offset += view->strides[d - 1] - view->dims[d] * view->strides[d];
      index[d] = 0;
      index[d - 1]++;
    }
  }
}

static void LANES(narrow)(uint8_t *out, const int32_t *lanes, int64_t count) {
  int64_t i = 0;
  for (; i + 16 <= count; i += 16) {
    *(LANES(u8_memory) *)(out + i) = CONVERT(LOAD_i32(lanes, i), u8);
  }
  for (; i < count; i++) out[i] = (uint8_t)lanes[i];
}
