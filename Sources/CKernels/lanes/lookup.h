// The function of a step, NULL if the operation does not exist for its type.

#define FLOATS(OPERATION, name) \
  case OPERATION: return dtype == RIVAL_FLOAT32 ? LANES(name##_f32) : dtype == RIVAL_FLOAT64 ? LANES(name##_f64) : 0;
#define NUMBERS(OPERATION, name)                                                                              \
  case OPERATION:                                                                                             \
    return dtype == RIVAL_FLOAT32                        ? LANES(name##_f32)                               \
           : dtype == RIVAL_FLOAT64                      ? LANES(name##_f64)                               \
           : dtype == RIVAL_INT32 || dtype == RIVAL_BOOL ? LANES(name##_i32)                               \
                                                         : 0;
#define INTEGERS(OPERATION, name) \
  case OPERATION: return dtype == RIVAL_INT32 || dtype == RIVAL_BOOL ? LANES(name##_i32) : 0;

static rival_lane_function LANES(conversion)(int32_t from, int32_t to) {
  if (to < RIVAL_FLOAT32 || to > RIVAL_BOOL) return 0;
  switch (from) {
    case RIVAL_FLOAT32:
      return to == RIVAL_FLOAT32 ? LANES(copy_32) : to == RIVAL_FLOAT64 ? LANES(f32_to_f64)
           : to == RIVAL_INT32   ? LANES(f32_to_i32) : LANES(f32_to_bool);
    case RIVAL_FLOAT64:
      return to == RIVAL_FLOAT32 ? LANES(f64_to_f32) : to == RIVAL_FLOAT64 ? LANES(copy_64)
           : to == RIVAL_INT32   ? LANES(f64_to_i32) : LANES(f64_to_bool);
    case RIVAL_INT32:
    case RIVAL_BOOL:
      return to == RIVAL_FLOAT32 ? LANES(i32_to_f32) : to == RIVAL_FLOAT64 ? LANES(i32_to_f64)
           : to == RIVAL_INT32   ? LANES(copy_32) : LANES(i32_to_bool);
    default: return 0;
  }
}

static rival_lane_function LANES(step)(const rival_step *step) {
  const int32_t dtype = step->dtype;
  switch (step->operation) {
    NUMBERS(RIVAL_ADD, add)
    NUMBERS(RIVAL_SUBTRACT, subtract)
    NUMBERS(RIVAL_MULTIPLY, multiply)
    NUMBERS(RIVAL_DIVIDE, divide)
    NUMBERS(RIVAL_MAXIMUM, maximum)
    NUMBERS(RIVAL_MINIMUM, minimum)
    FLOATS(RIVAL_POWER, power)
    NUMBERS(RIVAL_REMAINDER, remainder)
    INTEGERS(RIVAL_BIT_AND, and)
    INTEGERS(RIVAL_BIT_OR, or)
    INTEGERS(RIVAL_BIT_XOR, xor)
    INTEGERS(RIVAL_SHIFT_LEFT, shift_left)
    INTEGERS(RIVAL_SHIFT_RIGHT_LOGICAL, shift_right)
    NUMBERS(RIVAL_EQUAL, equal)
    NUMBERS(RIVAL_NOT_EQUAL, not_equal)
    NUMBERS(RIVAL_LESS, less)
    NUMBERS(RIVAL_LESS_EQUAL, less_equal)
    NUMBERS(RIVAL_GREATER, greater)
    NUMBERS(RIVAL_GREATER_EQUAL, greater_equal)
    case RIVAL_SELECT:
      return dtype == RIVAL_FLOAT64 ? LANES(select_f64) : dtype >= RIVAL_FLOAT32 && dtype <= RIVAL_BOOL ? LANES(select_i32) : 0;
    NUMBERS(RIVAL_NEGATE, negate)
    NUMBERS(RIVAL_ABSOLUTE, absolute)
    NUMBERS(RIVAL_SIGN, sign)
    FLOATS(RIVAL_EXPONENTIAL, exponential)
    FLOATS(RIVAL_LOGARITHM, logarithm)
    FLOATS(RIVAL_LOG1P, log1p)
    FLOATS(RIVAL_EXPM1, expm1)
    FLOATS(RIVAL_SQUARE_ROOT, square_root)
    FLOATS(RIVAL_RECIPROCAL_SQUARE_ROOT, reciprocal_square_root)
    FLOATS(RIVAL_TANH, tanh)
    FLOATS(RIVAL_SIGMOID, sigmoid)
    FLOATS(RIVAL_SINE, sine)
    FLOATS(RIVAL_COSINE, cosine)
    FLOATS(RIVAL_FLOOR, floor)
    FLOATS(RIVAL_ERROR_FUNCTION, error_function)
    FLOATS(RIVAL_SOFTPLUS, softplus)
    FLOATS(RIVAL_LEAKY_RELU, leaky_relu)
    case RIVAL_IS_FINITE:
      return dtype == RIVAL_FLOAT32 ? LANES(is_finite_f32) : dtype == RIVAL_FLOAT64 ? LANES(is_finite_f64)
           : dtype == RIVAL_INT32 || dtype == RIVAL_BOOL ? LANES(ones) : 0;
    case RIVAL_LOGICAL_NOT: return LANES(logical_not);
    case RIVAL_CONVERT: return LANES(conversion)(step->from, dtype);
    case RIVAL_BITCAST_TO_FLOAT: return LANES(copy_32);
    case RIVAL_IOTA: return LANES(iota);
    case RIVAL_RANDOM_BITS: return LANES(random_bits);
    default: return 0;
  }
}
