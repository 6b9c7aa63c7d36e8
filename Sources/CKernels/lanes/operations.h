// The loops of the tile machine: one function per operation and element type, found once when a kernel is prepared.

#define ARGUMENTS                                                                                                  \
  __attribute__((unused)) void *d, __attribute__((unused)) const void *a, __attribute__((unused)) const void *b,  \
      __attribute__((unused)) const void *c, __attribute__((unused)) int64_t vectors,                             \
      __attribute__((unused)) const rival_step *step, __attribute__((unused)) int64_t start,                      \
      __attribute__((unused)) int64_t count
#define GROUPS for (int64_t i = 0, e = vectors * 16; i < e; i += 16)
#define GROUPS_BACKWARD for (int64_t i = (vectors - 1) * 16; i >= 0; i -= 16)

// x, y, z: operands of type T; the result is of type R. WIDENING results may overlay narrower operands, hence backward.
#define UNARY(name, T, R, expression) \
  static void LANES(name)(ARGUMENTS) { GROUPS { T x = LOAD_##T(a, i); STORE_##R(d, i, expression); } }
#define WIDENING(name, T, R, expression) \
  static void LANES(name)(ARGUMENTS) { GROUPS_BACKWARD { T x = LOAD_##T(a, i); STORE_##R(d, i, expression); } }
#define BINARY(name, T, R, expression) \
  static void LANES(name)(ARGUMENTS) { \
    GROUPS { T x = LOAD_##T(a, i), y = LOAD_##T(b, i); STORE_##R(d, i, expression); } \
  }
#define SCALAR_UNARY(name, T, expression) \
  static void LANES(name)(ARGUMENTS) { \
    for (int64_t i = 0; i < count; i++) { T x = ((const T *)a)[i]; ((T *)d)[i] = expression; } \
  }
#define SCALAR_BINARY(name, T, expression) \
  static void LANES(name)(ARGUMENTS) { \
    for (int64_t i = 0; i < count; i++) { T x = ((const T *)a)[i], y = ((const T *)b)[i]; ((T *)d)[i] = expression; } \
  }

// Arithmetic and comparisons.
#define SIGNED(expression) AS(i32, expression)
BINARY(add_f32, f32, f32, x + y)
BINARY(add_f64, f64, f64, x + y)
BINARY(add_i32, u32, u32, x + y)
BINARY(subtract_f32, f32, f32, x - y)
BINARY(subtract_f64, f64, f64, x - y)
BINARY(subtract_i32, u32, u32, x - y)
BINARY(multiply_f32, f32, f32, x * y)
BINARY(multiply_f64, f64, f64, x * y)
BINARY(multiply_i32, u32, u32, x * y)
BINARY(divide_f32, f32, f32, x / y)
BINARY(divide_f64, f64, f64, x / y)
SCALAR_BINARY(divide_i32, int32_t, y == 0 ? 0 : y == -1 ? (int32_t)(0u - (uint32_t)x) : x / y)
BINARY(maximum_f32, f32, f32, ((x > y) | (x != x)) ? x : y)
BINARY(maximum_f64, f64, f64, ((x > y) | (x != x)) ? x : y)
BINARY(maximum_i32, i32, i32, x > y ? x : y)
BINARY(minimum_f32, f32, f32, ((x < y) | (x != x)) ? x : y)
BINARY(minimum_f64, f64, f64, ((x < y) | (x != x)) ? x : y)
BINARY(minimum_i32, i32, i32, x < y ? x : y)
SCALAR_BINARY(power_f32, float, powf(x, y))
SCALAR_BINARY(power_f64, double, pow(x, y))
SCALAR_BINARY(remainder_f32, float, fmodf(x, y))
SCALAR_BINARY(remainder_f64, double, fmod(x, y))
SCALAR_BINARY(remainder_i32, int32_t, y == 0 || y == -1 ? 0 : x % y)
BINARY(and_i32, i32, i32, x & y)
BINARY(or_i32, i32, i32, x | y)
BINARY(xor_i32, i32, i32, x ^ y)
BINARY(shift_left_i32, u32, u32, y < 32u ? x << (y & 31u) : 0u)
BINARY(shift_right_i32, u32, u32, y < 32u ? x >> (y & 31u) : 0u)

#define COMPARISON(name, operator) \
  BINARY(name##_f32, f32, i32, (x operator y) & 1) \
  BINARY(name##_f64, f64, i32, CONVERT(x operator y, i32) & 1) \
  BINARY(name##_i32, i32, i32, (x operator y) & 1)
COMPARISON(equal, ==)
COMPARISON(not_equal, !=)
COMPARISON(less, <)
COMPARISON(less_equal, <=)
COMPARISON(greater, >)
COMPARISON(greater_equal, >=)

static void LANES(select_i32)(ARGUMENTS) {
  GROUPS {
    i32 mask = LOAD_i32(a, i) != 0;
    STORE_i32(d, i, mask ? LOAD_i32(b, i) : LOAD_i32(c, i));
  }
}
static void LANES(select_f64)(ARGUMENTS) {
  GROUPS_BACKWARD {
    i64 mask = CONVERT(LOAD_i32(a, i), i64) != 0;
    STORE_f64(d, i, mask ? LOAD_f64(b, i) : LOAD_f64(c, i));
  }
}

// Functions of one operand.
#define IMMEDIATE_f32 ((float)step->x)
UNARY(negate_f32, f32, f32, -x)
UNARY(negate_f64, f64, f64, -x)
UNARY(negate_i32, u32, u32, 0u - x)
UNARY(absolute_f32, f32, f32, __builtin_elementwise_abs(x))
UNARY(absolute_f64, f64, f64, __builtin_elementwise_abs(x))
UNARY(absolute_i32, i32, u32, x < 0 ? 0u - AS(u32, x) : AS(u32, x))
UNARY(sign_f32, f32, f32, x > 0.0f ? (f32)1.0f : x < 0.0f ? (f32)-1.0f : x)
UNARY(sign_f64, f64, f64, x > 0.0 ? (f64)1.0 : x < 0.0 ? (f64)-1.0 : x)
UNARY(sign_i32, i32, i32, ((x > 0) & 1) | (x < 0))
UNARY(exponential_f32, f32, f32, LANES(exponential)(x))
UNARY(logarithm_f32, f32, f32, LANES(logarithm)(x))
UNARY(log1p_f32, f32, f32, LANES(log1p)(x))
UNARY(expm1_f32, f32, f32, LANES(expm1)(x))
UNARY(square_root_f32, f32, f32, __builtin_elementwise_sqrt(x))
UNARY(square_root_f64, f64, f64, __builtin_elementwise_sqrt(x))
UNARY(reciprocal_square_root_f32, f32, f32, 1.0f / __builtin_elementwise_sqrt(x))
UNARY(reciprocal_square_root_f64, f64, f64, 1.0 / __builtin_elementwise_sqrt(x))
UNARY(tanh_f32, f32, f32, LANES(tanh)(x))
UNARY(sigmoid_f32, f32, f32, LANES(sigmoid)(x))
UNARY(sine_f32, f32, f32, LANES(sine)(x, 0))
UNARY(cosine_f32, f32, f32, LANES(sine)(x, 1))
UNARY(floor_f32, f32, f32, __builtin_elementwise_floor(x))
UNARY(floor_f64, f64, f64, __builtin_elementwise_floor(x))
UNARY(error_function_f32, f32, f32, LANES(error_function)(x))
UNARY(softplus_f32, f32, f32, LANES(softplus)(x))
UNARY(leaky_relu_f32, f32, f32, x > 0.0f ? x : x * IMMEDIATE_f32)
UNARY(leaky_relu_f64, f64, f64, x > 0.0 ? x : x * step->x)
UNARY(is_finite_f32, f32, i32, (__builtin_elementwise_abs(x) < __builtin_inff()) & 1)
UNARY(is_finite_f64, f64, i32, CONVERT(__builtin_elementwise_abs(x) < __builtin_inf(), i32) & 1)
UNARY(logical_not, i32, i32, (x == 0) & 1)
SCALAR_UNARY(exponential_f64, double, exp(x))
SCALAR_UNARY(logarithm_f64, double, log(x))
SCALAR_UNARY(log1p_f64, double, log1p(x))
SCALAR_UNARY(expm1_f64, double, expm1(x))
SCALAR_UNARY(tanh_f64, double, tanh(x))
SCALAR_UNARY(sigmoid_f64, double, x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)))
SCALAR_UNARY(sine_f64, double, sin(x))
SCALAR_UNARY(cosine_f64, double, cos(x))
SCALAR_UNARY(error_function_f64, double, erf(x))
SCALAR_UNARY(softplus_f64, double, (x > 0 ? x : 0) + log1p(exp(-fabs(x))))

// Conversions.
UNARY(copy_32, i32, i32, x)
UNARY(copy_64, f64, f64, x)
WIDENING(f32_to_f64, f32, f64, CONVERT(x, f64))
WIDENING(i32_to_f64, i32, f64, CONVERT(x, f64))
UNARY(f64_to_f32, f64, f32, CONVERT(x, f32))
UNARY(i32_to_f32, i32, f32, CONVERT(x, f32))
UNARY(f32_to_bool, f32, i32, (x != 0.0f) & 1)
UNARY(f64_to_bool, f64, i32, CONVERT(x != 0.0, i32) & 1)
UNARY(i32_to_bool, i32, i32, (x != 0) & 1)
UNARY(ones, i32, i32, (x | 1) & 1)
static void LANES(f32_to_i32)(ARGUMENTS) {
  GROUPS {
    f32 x = LOAD_f32(a, i);
    i32 inside = (x > -2147483648.0f) & (x < 2147483648.0f);
    i32 y = CONVERT(inside ? x : (f32)0.0f, i32);
    y = x >= 2147483648.0f ? (i32)INT32_MAX : y;
    STORE_i32(d, i, x <= -2147483648.0f ? (i32)INT32_MIN : y);
  }
}
static void LANES(f64_to_i32)(ARGUMENTS) {
  GROUPS {
    f64 x = LOAD_f64(a, i);
    x = x == x ? x : (f64)0.0;
    x = x > 2147483647.0 ? (f64)2147483647.0 : x;
    x = x < -2147483648.0 ? (f64)-2147483648.0 : x;
    STORE_i32(d, i, CONVERT(x, i32));
  }
}

// Sources.
static void LANES(iota)(ARGUMENTS) {
  int32_t *out = d;
  const int64_t p = step->p > 0 ? step->p : 1, q = step->q > 0 ? step->q : 1;
  int64_t value = start / p % q, within = start % p;
  for (int64_t i = 0; i < count;) {
    if (p == 1) {
      int64_t run = q - value < count - i ? q - value : count - i;
      for (int64_t j = 0; j < run; j++) out[i + j] = (int32_t)(value + j);
      i += run;
      value = 0;
    } else {
      int64_t run = p - within < count - i ? p - within : count - i;
      for (int64_t j = 0; j < run; j++) out[i + j] = (int32_t)value;
      i += run;
      within = 0;
      value = value + 1 == q ? 0 : value + 1;
    }
  }
}
static void LANES(random_bits)(ARGUMENTS) {
  const uint32_t counter = step->step ? (uint32_t)step->step[0] : 0;
  if (!step->keys) {
    LANES(philox)(step->key, counter, (uint64_t)start, count, d);
    return;
  }
  for (int64_t done = 0; done < count;) {
    const int64_t stream = (start + done) / step->p, within = (start + done) % step->p;
    const int64_t run = step->p - within < count - done ? step->p - within : count - done;
    LANES(philox)(step->keys[stream], counter, (uint64_t)within, run, (uint32_t *)d + done);
    done += run;
  }
}
