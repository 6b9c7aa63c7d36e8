// The vector kernels with the target's default instructions (SSE2, NEON).
#include <math.h>
#include <string.h>

#include "lanes/lanes.h"

#pragma clang diagnostic ignored "-Wpsabi"
#pragma clang fp contract(fast)
#define LANES(name) name##_baseline
#define RIVAL_UNIT_NAME "baseline"
#include "lanes/unit.h"
