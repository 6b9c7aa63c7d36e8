// How members of the team wait for each other on a machine that may have other work.
//
// On a quiet machine a wait is short, and spinning is the fastest way through it. Beside other busy processes the one who is
// awaited may not be running at all, for as long as a scheduler's slice lasts, some milliseconds; whoever spins meanwhile takes the
// very processor that the other needs. So a wait that lasts looks at the other's processor time: while it grows, spinning goes on; where it
// stands still, the waiting member sleeps.
//
// What was lost that way is measured, and for FORBEARANCE times as long the calling thread then works without helpers: whatever the machine
// does, waiting for those who do not run costs no more than one part in FORBEARANCE.
#define _GNU_SOURCE
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "team.h"

enum {
  TURNS = 64,                   // of spinning between two looks at the clock
  MOMENT = 20000,               // nanoseconds that any wait may last
  FORBEARANCE = 20,
  MOST_FORBEARANCE = 1000000000,
};

static int64_t time_of(clockid_t clock) {
  struct timespec time;
  return clock_gettime(clock, &time) == 0 ? (int64_t)time.tv_sec * 1000000000 + time.tv_nsec : 0;
}

int64_t rival_now(void) { return time_of(CLOCK_MONOTONIC); }

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

static void look_at(rival_wait *wait, int other, int64_t now) {
  wait->seen = now;
  wait->other = other;
  wait->processor_time = processor_time(other);
}

bool rival_wait_spin(rival_wait *wait, int other, int64_t most) {
  relax();
  if (wait->turns++ % TURNS != 0) return true;
  const int64_t now = rival_now();
  if (wait->begun == 0) {
    wait->begun = now;
    wait->in_program = atomic_load_explicit(&rival_the_team.running, memory_order_relaxed);
  }
  if (now - wait->begun < MOMENT) return true;
  if (now - wait->begun > most) return false;
  if (wait->seen == 0 || wait->other != other) {
    look_at(wait, other, now);
    return true;
  }
  if (now - wait->seen < MOMENT / 2) return true;
  const int64_t passed = now - wait->seen, ran = processor_time(other) - wait->processor_time;
  if (wait->in_program) wait->lost += passed > ran ? passed - ran : 0;
  look_at(wait, other, now);
  return ran > passed / 2;
}

void rival_wait_end(rival_wait *wait) {
  if (wait->seen != 0 && wait->in_program) {
    rival_team *team = &rival_the_team;
    const int64_t now = rival_now(), passed = now - wait->seen;
    const int64_t ran = processor_time(wait->other) - wait->processor_time;
    const int64_t lost = wait->lost + (passed > ran ? passed - ran : 0);
    const int64_t forbearance = lost < MOST_FORBEARANCE / FORBEARANCE ? lost * FORBEARANCE : MOST_FORBEARANCE;
    if (lost > MOMENT / 4) atomic_store_explicit(&team->alone_until, now + forbearance, memory_order_relaxed);
  }
  *wait = (rival_wait){0};
}
