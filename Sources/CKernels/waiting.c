// How members of the team wait for each other on a machine that may have other work.
//
// On a quiet machine a wait is short, and spinning is the fastest way through it. Beside other busy processes the one who is
// awaited may not be running at all, for as long as a scheduler's slice lasts, some milliseconds; whoever spins meanwhile takes the
// very processor that the other needs. So a wait that lasts looks at the other's processor time: while it grows, spinning goes on; where it
// stands still, the waiting member sleeps.
#define _GNU_SOURCE
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "team.h"

enum {
  TURNS = 64,      // of spinning between two looks at the clock
  TURN = 400,      // nanoseconds that a turn takes at most, if nobody else has the processor
  MOMENT = 10000,  // nanoseconds after which a look at the other says something
};

static int64_t time_of(clockid_t clock) {
  struct timespec time;
  return clock_gettime(clock, &time) == 0 ? (int64_t)time.tv_sec * 1000000000 + time.tv_nsec : 0;
}

#if defined(__x86_64__)
// The processor's own counter takes a tenth of the time that the system's clock takes.
static double nanoseconds_per_tick;

static int64_t ticks(void) { return (int64_t)__builtin_ia32_rdtsc(); }

// Reads both clocks at one moment.
static void read_both(int64_t *nanoseconds, int64_t *tick) {
  int64_t after;
  do {
    *tick = ticks();
    *nanoseconds = time_of(CLOCK_MONOTONIC);
    after = ticks();
  } while (after - *tick > 10000);
}

void rival_start_clock(void) {
  int64_t begun, first, now, last;
  if (nanoseconds_per_tick != 0) return;
  read_both(&begun, &first);
  do read_both(&now, &last);
  while (now - begun < 200000);
  nanoseconds_per_tick = (double)(now - begun) / (double)(last - first);
}

int64_t rival_now(void) { return (int64_t)((double)ticks() * nanoseconds_per_tick); }
#else
void rival_start_clock(void) {}

int64_t rival_now(void) { return time_of(CLOCK_MONOTONIC); }
#endif

int64_t rival_own_time(void) { return time_of(CLOCK_THREAD_CPUTIME_ID); }

void rival_member_begin(int member) {
  clockid_t clock = CLOCK_MONOTONIC;  // a member whose clock is unknown counts as running
  pthread_getcpuclockid(pthread_self(), &clock);
  atomic_store_explicit(&rival_the_team.members[member].clock, clock, memory_order_relaxed);
}

static int64_t processor_time(int member) {
  return time_of(atomic_load_explicit(&rival_the_team.members[member].clock, memory_order_relaxed));
}

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

static void look_at(rival_wait *wait, int other, int64_t now) {
  wait->seen = now;
  wait->seen_turns = wait->turns;
  wait->other = other;
  wait->processor_time = processor_time(other);
}

bool rival_wait_spin(rival_wait *wait, int other, int64_t most) {
  relax();
  if (++wait->turns % TURNS != 0) return true;
  const int64_t now = rival_now();
  if (wait->begun == 0) wait->begun = now;
  if (now - wait->begun > most) return false;
  if (wait->seen == 0 || wait->other != other) {
    look_at(wait, other, now);
    return true;
  }
  if (now - wait->seen < MOMENT) return true;
  // While the waiting member did not run itself, the other held up nothing.
  const int64_t spun = smaller(now - wait->seen, (wait->turns - wait->seen_turns) * TURN);
  const int64_t ran = larger(processor_time(other) - wait->processor_time, 0);  // the calling thread may be another one now
  if (spun > ran) wait->lost += spun - ran;
  look_at(wait, other, now);
  return ran > spun / 2;
}

int64_t rival_wait_cost(const rival_wait *wait, int64_t passed) { return smaller(passed, wait->turns * TURN); }
