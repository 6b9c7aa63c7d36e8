// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011), 16 blocks at a time.

// The 64-bit products of 16 lanes with a constant, as high and low words.
INLINE u32 LANES(multiply_words)(u32 x, uint32_t factor, u32 *low) {
  const u64x8 words = 0xffffffffu;
  const u64x8 m = (uint64_t)factor;
  u64x8 lanes = AS(u64x8, x);
  u64x8 even = (lanes & words) * m;
  u64x8 odd = (lanes >> 32) * m;
  *low = AS(u32, (even & words) | (odd << 32));
  return AS(u32, (even >> 32) | (odd & ~words));
}

// The 64 words of the blocks first, ..., first + 15, in order.
INLINE void LANES(philox_blocks)(uint64_t key, uint32_t step, uint64_t first, uint32_t *result) {
  const u32 ramp = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  u32 c0 = (uint32_t)first + ramp;
  u32 c1 = (u32)(uint32_t)(first >> 32) + (AS(u32, c0 < (u32)(uint32_t)first) & 1u);
  u32 c2 = step, c3 = 0u;
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < 10; round++) {
    u32 low0, low1;
    u32 high0 = LANES(multiply_words)(c0, 0xD2511F53u, &low0);
    u32 high1 = LANES(multiply_words)(c2, 0xCD9E8D57u, &low1);
    c0 = high1 ^ c1 ^ k0;
    c2 = high0 ^ c3 ^ k1;
    c1 = low1;
    c3 = low0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
#define ZIP_LOW(x, y) __builtin_shufflevector(x, y, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define ZIP_HIGH(x, y) __builtin_shufflevector(x, y, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
  u32 even = ZIP_LOW(c0, c2), odd = ZIP_LOW(c1, c3);
  STORE_u32(result, 0, ZIP_LOW(even, odd));
  STORE_u32(result, 16, ZIP_HIGH(even, odd));
  even = ZIP_HIGH(c0, c2), odd = ZIP_HIGH(c1, c3);
  STORE_u32(result, 32, ZIP_LOW(even, odd));
  STORE_u32(result, 48, ZIP_HIGH(even, odd));
#undef ZIP_LOW
#undef ZIP_HIGH
}

static void LANES(philox)(uint64_t key, uint32_t step, uint64_t first, int64_t count, uint32_t *result) {
  uint32_t words[64];
  int64_t done = 0;
  const int64_t skip = (int64_t)(first & 3);
  if (skip && count > 0) {
    LANES(philox_blocks)(key, step, first >> 2, words);
    done = count < 64 - skip ? count : 64 - skip;
    memcpy(result, words + skip, (size_t)done * 4);
  }
  for (; count - done >= 64; done += 64) LANES(philox_blocks)(key, step, (first + (uint64_t)done) >> 2, result + done);
  if (done < count) {
    LANES(philox_blocks)(key, step, (first + (uint64_t)done) >> 2, words);
    memcpy(result + done, words, (size_t)(count - done) * 4);
  }
}
