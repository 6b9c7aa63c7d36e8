// Runs a program's instructions with a team of threads: one parallel region for each run of TEAM instructions, and a spin
// barrier where the compiler asked for one.
#include <sched.h>
#include <stdatomic.h>

#include "include/kernels.h"
#include "openmp.h"

typedef struct {
  _Alignas(64) atomic_int arrived;
  _Alignas(64) atomic_int phase;
} barrier;

typedef struct {
  const rival_instruction *instructions;
  int64_t count;
  barrier barrier;
} region;

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

// Every thread of the team meets here. After a while of spinning the waiting threads give up their time slices, because the
// cores may be oversubscribed.
static void meet(barrier *barrier, int threads) {
  const int phase = atomic_load_explicit(&barrier->phase, memory_order_relaxed);
  if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) == threads - 1) {
    atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
    atomic_store_explicit(&barrier->phase, phase + 1, memory_order_release);
    return;
  }
  for (int spins = 0; atomic_load_explicit(&barrier->phase, memory_order_acquire) == phase; spins++) {
    if (spins < 2000) {
      relax();
    } else {
      sched_yield();
    }
  }
}

static void run_region(void *data) {
  region *region = data;
  const int thread = omp_get_thread_num(), threads = omp_get_num_threads();
  for (int64_t i = 0; i < region->count; i++) {
    const rival_instruction *instruction = &region->instructions[i];
    if (instruction->barrier_before && i > 0 && threads > 1) meet(&region->barrier, threads);
    instruction->run(instruction->context, thread, threads);
  }
}

void rival_execute(const rival_instruction *instructions, int64_t count, int threads) {
  for (int64_t i = 0; i < count;) {
    if (threads <= 1 || instructions[i].mode == RIVAL_SOLO) {
      instructions[i].run(instructions[i].context, 0, 1);
      i++;
      continue;
    }
    int64_t end = i + 1;
    while (end < count && instructions[end].mode != RIVAL_SOLO) end++;
    region region = {.instructions = instructions + i, .count = end - i};
    GOMP_parallel(run_region, &region, (unsigned)threads, 0);
    i = end;
  }
}

int rival_thread_count(void) { return omp_get_max_threads(); }

void rival_set_thread_count(int threads) { omp_set_num_threads(threads > 0 ? threads : 1); }
