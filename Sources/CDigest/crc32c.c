#include "cdigest.h"
#include "processor.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#if CDIGEST_X86
#include <immintrin.h>
#endif

// Eight tables: table[k][b] advances byte b past k further zero bytes, so eight bytes are folded at a time.
static uint32_t table[8][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void fill_table(void) {
  const uint32_t polynomial = 0x82f63b78;  // Castagnoli's, bits reversed
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (polynomial & (0u - (crc & 1)));
    table[0][byte] = crc;
  }
  for (uint32_t byte = 0; byte < 256; byte++)
    for (int k = 1; k < 8; k++) table[k][byte] = (table[k - 1][byte] >> 8) ^ table[0][table[k - 1][byte] & 0xff];
}

static uint32_t crc_portable(uint32_t crc, const uint8_t *p, size_t count) {
  pthread_once(&table_once, fill_table);
  for (; count >= 8; count -= 8, p += 8) {
    uint32_t low = crc ^ ((uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24);
    crc = table[7][low & 0xff] ^ table[6][(low >> 8) & 0xff] ^ table[5][(low >> 16) & 0xff] ^ table[4][low >> 24] ^
          table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^ table[0][p[7]];
  }
  for (; count > 0; count--, p++) crc = (crc >> 8) ^ table[0][(crc ^ *p) & 0xff];
  return crc;
}

#if CDIGEST_X86
__attribute__((target("sse4.2"))) static uint32_t crc_accelerated(uint32_t crc, const uint8_t *p, size_t count) {
  uint64_t wide = crc;
  for (; count >= 8; count -= 8, p += 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  crc = (uint32_t)wide;
  for (; count > 0; count--, p++) crc = _mm_crc32_u8(crc, *p);
  return crc;
}
#endif

bool cdigest_crc32c_is_accelerated(void) {
  static atomic_int known = 0;  // 0 not asked, 1 no, 2 yes
  int answer = atomic_load_explicit(&known, memory_order_relaxed);
  if (answer == 0) {
    answer = processor_has_crc32c() ? 2 : 1;
    atomic_store_explicit(&known, answer, memory_order_relaxed);
  }
  return answer == 2;
}

uint32_t cdigest_crc32c(uint32_t crc, const void *bytes, size_t count, bool portable) {
  crc = ~crc;
#if CDIGEST_X86
  if (!portable && cdigest_crc32c_is_accelerated()) return ~crc_accelerated(crc, bytes, count);
#endif
  return ~crc_portable(crc, bytes, count);
}
