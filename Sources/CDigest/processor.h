// What the processor offers, asked once per call site; the answer never changes while a process runs.
#ifndef CDIGEST_PROCESSOR_H
#define CDIGEST_PROCESSOR_H

#include <stdbool.h>

#if defined(__x86_64__)
#define CDIGEST_X86 1
#include <cpuid.h>

// SHA extensions (leaf 7, EBX bit 29) with SSSE3 and SSE4.1 (leaf 1, ECX bits 9 and 19).
static inline bool processor_has_sha(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 9)) || !(c & (1u << 19))) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & (1u << 29));
}

// SSE4.2 (leaf 1, ECX bit 20), which brings the CRC-32C instruction.
static inline bool processor_has_crc32c(void) {
  unsigned a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & (1u << 20));
}
#else
#define CDIGEST_X86 0
static inline bool processor_has_sha(void) { return false; }
static inline bool processor_has_crc32c(void) { return false; }
#endif

#endif
