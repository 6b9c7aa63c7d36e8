// Reference convolution and its two gradients, NHWC and HWIO; the innermost loop runs over out_channels.

INLINE int64_t LANES(smaller)(int64_t a, int64_t b) { return a < b ? a : b; }

#define TRIO(T, V)                                                                                                    \
  INLINE void LANES(add_scaled_##V)(T *restrict out, const T *restrict x, T scale, int64_t count) {                   \
    int64_t i = 0;                                                                                                    \
    for (; i + 16 <= count; i += 16) STORE_##V(out, i, LOAD_##V(out, i) + LOAD_##V(x, i) * scale);                    \
    for (; i < count; i++) out[i] += x[i] * scale;                                                                    \
  }                                                                                                                   \
  INLINE T LANES(dot_##V)(const T *x, const T *y, int64_t count) {                                                    \
    V sums = 0;                                                                                                       \
    int64_t i = 0;                                                                                                    \
    for (; i + 16 <= count; i += 16) sums += LOAD_##V(x, i) * LOAD_##V(y, i);                                         \
    T total = 0;                                                                                                      \
    for (; i < count; i++) total += x[i] * y[i];                                                                      \
    if (count >= 16)                                                                                                  \
      for (int lane = 0; lane < 16; lane++) total += sums[lane];                                                      \
    return total;                                                                                                     \
  }                                                                                                                   \
  static void LANES(convolution_##V)(const rival_convolution *convolution, int thread, int threads) {                 \
    const rival_convolution_geometry g = convolution->geometry;                                                       \
    const T *input = convolution->input, *kernel = convolution->kernel;                                               \
    int64_t first, end;                                                                                               \
    rival_share(g.batch * g.out_height, thread, threads, &first, &end);                                               \
    for (int64_t row = first; row < end; row++) {                                                                     \
      const int64_t image = row / g.out_height, oy = row % g.out_height;                                              \
      for (int64_t ox = 0; ox < g.out_width; ox++) {                                                                  \
        T *out = (T *)convolution->output + (row * g.out_width + ox) * g.out_channels;                                \
        for (int64_t o = 0; o < g.out_channels; o++) out[o] = 0;                                                      \
        for (int64_t ky = 0; ky < g.kernel_height; ky++) {                                                            \
          const int64_t iy = oy * g.stride_y - g.pad_top + ky * g.dilation_y;                                         \
          if (iy < 0 || iy >= g.height) continue;                                                                     \
          for (int64_t kx = 0; kx < g.kernel_width; kx++) {                                                           \
            const int64_t ix = ox * g.stride_x - g.pad_left + kx * g.dilation_x;                                      \
            if (ix < 0 || ix >= g.width) continue;                                                                    \
            const T *in = input + ((image * g.height + iy) * g.width + ix) * g.channels;                              \
            const T *weights = kernel + (ky * g.kernel_width + kx) * g.channels * g.out_channels;                     \
            for (int64_t c = 0; c < g.channels; c++)                                                                  \
              LANES(add_scaled_##V)(out, weights + c * g.out_channels, in[c], g.out_channels);                        \
          }                                                                                                           \
        }                                                                                                             \
      }                                                                                                               \
    }                                                                                                                 \
  }                                                                                                                   \
  static void LANES(input_gradient_##V)(const rival_convolution *convolution, int thread, int threads) {              \
    const rival_convolution_geometry g = convolution->geometry;                                                       \
    const T *output = convolution->output, *kernel = convolution->kernel;                                             \
    int64_t first, end;                                                                                               \
    rival_share(g.batch * g.height, thread, threads, &first, &end);                                                   \
    for (int64_t row = first; row < end; row++) {                                                                     \
      const int64_t image = row / g.height, iy = row % g.height;                                                      \
      for (int64_t ix = 0; ix < g.width; ix++) {                                                                      \
        T *in = (T *)convolution->input + (row * g.width + ix) * g.channels;                                          \
        for (int64_t c = 0; c < g.channels; c++) in[c] = 0;                                                           \
        for (int64_t ky = 0; ky < g.kernel_height; ky++) {                                                            \
          const int64_t y = iy + g.pad_top - ky * g.dilation_y, oy = y / g.stride_y;                                  \
          if (y < 0 || y % g.stride_y || oy >= g.out_height) continue;                                                \
          for (int64_t kx = 0; kx < g.kernel_width; kx++) {                                                           \
            const int64_t x = ix + g.pad_left - kx * g.dilation_x, ox = x / g.stride_x;                               \
            if (x < 0 || x % g.stride_x || ox >= g.out_width) continue;                                               \
            const T *out = output + ((image * g.out_height + oy) * g.out_width + ox) * g.out_channels;                \
            const T *weights = kernel + (ky * g.kernel_width + kx) * g.channels * g.out_channels;                     \
            for (int64_t c = 0; c < g.channels; c++)                                                                  \
              in[c] += LANES(dot_##V)(out, weights + c * g.out_channels, g.out_channels);                             \
          }                                                                                                           \
        }                                                                                                             \
      }                                                                                                               \
    }                                                                                                                 \
  }                                                                                                                   \
  static void LANES(kernel_gradient_##V)(const rival_convolution *convolution, int thread, int threads) {             \
    const rival_convolution_geometry g = convolution->geometry;                                                       \
    const T *input = convolution->input, *output = convolution->output;                                               \
    int64_t first, end;                                                                                               \
    rival_share(g.kernel_height * g.kernel_width * g.channels, thread, threads, &first, &end);                        \
    while (first < end) {                                                                                             \
      const int64_t tap = first / g.channels, c0 = first % g.channels;                                                \
      const int64_t c1 = LANES(smaller)(g.channels, c0 + end - first), ky = tap / g.kernel_width;                     \
      const int64_t kx = tap % g.kernel_width;                                                                        \
      T *weights = (T *)convolution->kernel + first * g.out_channels;                                                 \
      for (int64_t i = 0; i < (c1 - c0) * g.out_channels; i++) weights[i] = 0;                                        \
      for (int64_t row = 0; row < g.batch * g.out_height; row++) {                                                    \
        const int64_t image = row / g.out_height, oy = row % g.out_height;                                            \
        const int64_t iy = oy * g.stride_y - g.pad_top + ky * g.dilation_y;                                           \
        if (iy < 0 || iy >= g.height) continue;                                                                       \
        for (int64_t ox = 0; ox < g.out_width; ox++) {                                                                \
          const int64_t ix = ox * g.stride_x - g.pad_left + kx * g.dilation_x;                                        \
          if (ix < 0 || ix >= g.width) continue;                                                                      \
          const T *in = input + ((image * g.height + iy) * g.width + ix) * g.channels;                                \
          const T *out = output + (row * g.out_width + ox) * g.out_channels;                                          \
          for (int64_t c = c0; c < c1; c++)                                                                           \
            LANES(add_scaled_##V)(weights + (c - c0) * g.out_channels, out, in[c], g.out_channels);                   \
        }                                                                                                             \
      }                                                                                                               \
      first += c1 - c0;                                                                                               \
    }                                                                                                                 \
  }

TRIO(float, f32)
TRIO(double, f64)
#undef TRIO

static void LANES(convolution)(const rival_convolution *convolution, int thread, int threads) {
  const int dtype = convolution->dtype;
  if (dtype != RIVAL_FLOAT32 && dtype != RIVAL_FLOAT64) rival_refuse("a convolution of an element type", dtype);
  const int wide = dtype == RIVAL_FLOAT64;
  switch (convolution->kind) {
    case RIVAL_CONVOLUTION:
      (wide ? LANES(convolution_f64) : LANES(convolution_f32))(convolution, thread, threads);
      break;
    case RIVAL_CONVOLUTION_INPUT_GRADIENT:
      (wide ? LANES(input_gradient_f64) : LANES(input_gradient_f32))(convolution, thread, threads);
      break;
    default:
      (wide ? LANES(kernel_gradient_f64) : LANES(kernel_gradient_f32))(convolution, thread, threads);
      break;
  }
}
