// The vector kernels with AVX-512.
#if defined(__x86_64__)
#include <math.h>
#include <string.h>

#include "lanes/lanes.h"

#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang fp contract(fast)
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#define LANES(name) name##_avx512
#define RIVAL_UNIT_NAME "avx512"
#include "lanes/unit.h"
#pragma clang attribute pop
#endif
