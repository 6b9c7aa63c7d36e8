// One vector unit: every function under its own prefix, and the table of them. The including file defines LANES and
// RIVAL_UNIT_NAME and sets the target attributes.
#include "vectors.h"
#include "mathematics.h"
#include "philox.h"
#include "operations.h"
#include "lookup.h"
#include "reductions.h"
#include "loads.h"
#include "skinny.h"
#include "convolution.h"

#define ENTRY(name) {LANES(name##_identity), LANES(name##_accumulate), LANES(name##_segments)}
const rival_lanes LANES(rival_lanes) = {
    .name = RIVAL_UNIT_NAME,
    .step = LANES(step),
    .reducers = {
        {ENTRY(sum_f32), ENTRY(max_f32), ENTRY(min_f32)},
        {ENTRY(sum_f64), ENTRY(max_f64), ENTRY(min_f64)},
        {ENTRY(sum_i32), ENTRY(max_i32), ENTRY(min_i32)},
    },
    .gather = LANES(gather),
    .narrow = LANES(narrow),
    .philox = LANES(philox),
    .skinny = LANES(skinny),
    .convolution = LANES(convolution),
};
