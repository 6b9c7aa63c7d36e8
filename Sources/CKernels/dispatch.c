// The choice of the vector unit, once per process, and the entry points that depend on nothing else.
#ifdef __linux__
#include <features.h>
#endif
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lanes/lanes.h"

static _Atomic(const rival_lanes *) best;
static _Thread_local const rival_lanes *forced;

#if defined(__x86_64__)
static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

static int has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

const rival_lanes *rival_current_lanes(void) {
  if (forced) return forced;
  const rival_lanes *lanes = atomic_load_explicit(&best, memory_order_relaxed);
  if (lanes) return lanes;
  lanes = &rival_lanes_baseline;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (has_avx512()) {
    lanes = &rival_lanes_avx512;
  } else if (has_avx2()) {
    lanes = &rival_lanes_avx2;
  }
#endif
  atomic_store_explicit(&best, lanes, memory_order_relaxed);
  return lanes;
}

int rival_set_vector_unit(const char *name) {
  const rival_lanes *lanes = NULL;
  if (!name) {
    forced = NULL;
    return 0;
  }
  if (strcmp(name, "baseline") == 0) lanes = &rival_lanes_baseline;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (strcmp(name, "avx2") == 0 && has_avx2()) lanes = &rival_lanes_avx2;
  if (strcmp(name, "avx512") == 0 && has_avx512()) lanes = &rival_lanes_avx512;
#endif
  if (!lanes) return -1;
  forced = lanes;
  return 0;
}

const char *rival_vector_unit(void) { return rival_current_lanes()->name; }

const char *rival_c_library(void) {
#ifdef __GLIBC__
  static _Thread_local char text[32];
  snprintf(text, sizeof text, "glibc %s", gnu_get_libc_version());
  return text;
#else
  return "other";
#endif
}

_Noreturn void rival_refuse(const char *what, int code) {
  fprintf(stderr, "rival: a kernel has %s that the CPU executor does not know: code %d\n", what, code);
  abort();
}

void *rival_allocate(size_t bytes) {
  void *pointer = NULL;
  return posix_memalign(&pointer, 64, bytes ? bytes : 64) == 0 ? pointer : NULL;
}

void rival_free(void *pointer) { free(pointer); }

void rival_run_skinny_matmul(void *matmul, int thread, int threads) {
  rival_current_lanes()->skinny(matmul, thread, threads);
}

void rival_run_convolution(void *convolution, int thread, int threads) {
  rival_current_lanes()->convolution(convolution, thread, threads);
}

void rival_philox_bits(uint64_t key, uint32_t step, uint64_t first, int64_t count, uint32_t *result) {
  rival_current_lanes()->philox(key, step, first, count, result);
}
