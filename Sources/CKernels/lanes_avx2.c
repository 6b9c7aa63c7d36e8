// The vector kernels with AVX2 and FMA.
#if defined(__x86_64__)
#include <math.h>
#include <string.h>

#include "lanes/lanes.h"

#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES(name) name##_avx2
#define RIVAL_UNIT_NAME "avx2"
#include "lanes/unit.h"
#pragma clang attribute pop
#endif
