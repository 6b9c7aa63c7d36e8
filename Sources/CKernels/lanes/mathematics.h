// Float32 functions on 16 lanes, without branches: Cody and Waite range reduction, then polynomials that were fitted with
// least maximal relative error (Lawson's iteration) on the reduced interval.

// x = n ln 2 + r, |r| <= ln(2) / 2 (rounded by adding 1.5 * 2^23). Returns expm1(r); the integer n in `exponent`.
INLINE f32 LANES(reduced_expm1)(f32 x, i32 *exponent) {
  const f32 shift = 12582912.0f;
  f32 t = x * 1.442695041f + shift;
  f32 n = t - shift;
  *exponent = AS(i32, AS(u32, t) - AS(u32, shift));
  f32 r = x - n * 0.693359375f;
  r = r - n * -2.12194440e-4f;
  f32 q = 1.388239325e-03f;
  q = q * r + 8.367180824e-03f;
  q = q * r + 4.166722298e-02f;
  q = q * r + 1.666653901e-01f;
  q = q * r + 4.999999702e-01f;
  return q * (r * r) + r;
}

INLINE f32 LANES(power_of_two)(i32 exponent) { return AS(f32, (AS(u32, exponent) + 127u) << 23); }

INLINE f32 LANES(exponential)(f32 x) {
  x = x > 104.0f ? (f32)104.0f : x;
  x = x < -105.0f ? (f32)-105.0f : x;
  i32 n;
  f32 p = LANES(reduced_expm1)(x, &n) + 1.0f;
  i32 half = n >> 1;
  return p * LANES(power_of_two)(half) * LANES(power_of_two)(n - half);
}

INLINE f32 LANES(expm1_of_clamped)(f32 x) {
  i32 n;
  f32 p = LANES(reduced_expm1)(x, &n);
  f32 t = LANES(power_of_two)(n - 1);
  return (t * p + (t - 0.5f)) * 2.0f;
}

INLINE f32 LANES(expm1)(f32 x) {
  f32 y = x > 89.0f ? (f32)89.0f : x;
  y = y < -20.0f ? (f32)-20.0f : y;
  return x == 0.0f ? x : LANES(expm1_of_clamped)(y);
}

// log(x) + correction, for positive normal or subnormal x; other x as in `logarithm`.
INLINE f32 LANES(logarithm_plus)(f32 x, f32 correction) {
  i32 tiny = x < 1.17549435e-38f;
  f32 scaled = tiny ? x * 8388608.0f : x;
  i32 bits = AS(i32, AS(u32, scaled) - 0x3f3504f3u);  // so that the mantissa lies in [sqrt(1/2), sqrt(2))
  f32 e = CONVERT((bits >> 23) - (tiny & 23), f32);
  f32 f = AS(f32, (bits & 0x7fffff) + 0x3f3504f3) - 1.0f;
  f32 p = 6.747692078e-02f;
  p = p * f + -1.167750508e-01f;
  p = p * f + 1.188870892e-01f;
  p = p * f + -1.240534261e-01f;
  p = p * f + 1.421945095e-01f;
  p = p * f + -1.666800529e-01f;
  p = p * f + 2.000212371e-01f;
  p = p * f + -2.500000894e-01f;
  p = p * f + 3.333331347e-01f;
  f32 square = f * f;
  f32 y = p * f * square;
  y = e * -2.12194440e-4f + y;
  y = y + correction;
  y = y - 0.5f * square;
  y = f + y;
  y = e * 0.693359375f + y;
  y = x < __builtin_inff() ? y : x;
  y = x < 0.0f ? (f32)__builtin_nanf("") : y;
  return x == 0.0f ? (f32)-__builtin_inff() : y;
}

INLINE f32 LANES(logarithm)(f32 x) { return LANES(logarithm_plus)(x, (f32)0.0f); }

INLINE f32 LANES(log1p)(f32 x) {
  f32 u = 1.0f + x;
  f32 lost = x > 1.0f ? (1.0f - (u - x)) : (x - (u - 1.0f));  // what rounding 1 + x lost
  f32 correction = lost / u;
  correction = __builtin_elementwise_abs(correction) < 1.0f ? correction : 0.0f;
  f32 y = LANES(logarithm_plus)(u, correction);
  return __builtin_elementwise_abs(x) < 1.0e-7f ? x : y;
}

INLINE f32 LANES(tanh)(f32 x) {
  f32 a = __builtin_elementwise_abs(x);
  a = a > 10.0f ? (f32)10.0f : a;
  f32 t = LANES(expm1_of_clamped)(a + a);
  return __builtin_elementwise_copysign(t / (t + 2.0f), x);
}

INLINE f32 LANES(sigmoid)(f32 x) {
  f32 e = LANES(exponential)(-__builtin_elementwise_abs(x));
  return (x >= 0.0f ? (f32)1.0f : e) / (1.0f + e);
}

INLINE f32 LANES(softplus)(f32 x) {
  f32 e = LANES(exponential)(-__builtin_elementwise_abs(x));
  return (x > 0.0f ? x : (f32)0.0f) + LANES(log1p)(e);
}

INLINE f32 LANES(error_function)(f32 x) {
  f32 t = __builtin_elementwise_abs(x);
  f32 z = x * x;
  f32 p = 8.316925232e-05f;
  p = p * z + -8.130054921e-04f;
  p = p * z + 5.199911073e-03f;
  p = p * z + -2.685894445e-02f;
  p = p * z + 1.128368750e-01f;
  p = p * z + -3.761263192e-01f;
  p = p * z + 1.283791661e-01f;
  f32 small = p * x + x;
  t = t > 4.0f ? (f32)4.0f : t;
  f32 g = 2.116190626e-05f;  // -log(erfc(t))
  g = g * t + -4.352188844e-04f;
  g = g * t + 4.174643196e-03f;
  g = g * t + -2.512862533e-02f;
  g = g * t + 1.082939431e-01f;
  g = g * t + 6.333346367e-01f;
  g = g * t + 1.129520774e+00f;
  g = g * t + -1.758745639e-04f;
  f32 large = __builtin_elementwise_copysign(1.0f - LANES(exponential)(-g), x);
  return t < 0.92f ? small : large;
}

// Sine of x + quadrants * pi / 2. The reduction is done in float64: exact enough up to |x| = 1e6, libm beyond.
INLINE f32 LANES(sine)(f32 x, int quadrants) {
  f64 wide = CONVERT(x, f64);
  const f64 shift = 6755399441055744.0;
  f64 t = wide * 0.63661977236758134308 + shift;
  f64 n = t - shift;
  i32 quadrant = CONVERT(AS(i64, t), i32) + quadrants;
  f64 remainder = wide - n * 1.57079632673412561417e+00;
  remainder = remainder - n * 6.07710050650619224932e-11;
  f32 r = CONVERT(remainder, f32);
  f32 z = r * r;
  f32 s = -1.951463200e-04f;
  s = s * z + 8.332155645e-03f;
  s = s * z + -1.666665524e-01f;
  s = s * z * r + r;
  f32 c = 2.443241283e-05f;
  c = c * z + -1.388730947e-03f;
  c = c * z + 4.166664556e-02f;
  c = c * (z * z) + (1.0f - 0.5f * z);
  f32 y = (quadrant & 1) != 0 ? c : s;
  y = AS(f32, AS(i32, y) ^ ((quadrant & 2) << 30));
  i32 far = (__builtin_elementwise_abs(x) > 1.0e6f) & (__builtin_elementwise_abs(x) < __builtin_inff());
  if (__builtin_reduce_or(far)) {
    for (int i = 0; i < 16; i++) {
      if (far[i]) y[i] = quadrants ? cosf(x[i]) : sinf(x[i]);
    }
  }
  return y;
}

INLINE f32 LANES(activated)(f32 x, int32_t activation, float alpha) {
  switch (activation) {
    case RIVAL_ACTIVATION_LEAKY_RELU: return x > 0.0f ? x : x * alpha;
    case RIVAL_ACTIVATION_TANH: return LANES(tanh)(x);
    case RIVAL_ACTIVATION_SIGMOID: return LANES(sigmoid)(x);
    default: return x;
  }
}
