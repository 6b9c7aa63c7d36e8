// SHA-256 (FIPS 180-4) and CRC-32C (Castagnoli, RFC 3720 appendix B.4), with the processor's instructions where it
// has them and portable C everywhere else. Both paths give the same bytes.
#ifndef CDIGEST_H
#define CDIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A running SHA-256. Begin, update any number of times, finish once.
typedef struct {
  uint32_t state[8];
  uint64_t length;
  uint8_t pending[64];
  bool accelerated;
} cdigest_sha256;

// Whether this processor has instructions for SHA-256, and for CRC-32C.
bool cdigest_sha256_is_accelerated(void);
bool cdigest_crc32c_is_accelerated(void);

// `portable` keeps to portable C, for comparing the two paths.
void cdigest_sha256_begin(cdigest_sha256 *context, bool portable);
void cdigest_sha256_update(cdigest_sha256 *context, const void *bytes, size_t count);
void cdigest_sha256_finish(cdigest_sha256 *context, uint8_t digest[32]);

// Continues `crc` (0 to begin) over `count` bytes.
uint32_t cdigest_crc32c(uint32_t crc, const void *bytes, size_t count, bool portable);

#ifdef __cplusplus
}
#endif

#endif
