// The helpers' lives: each takes shares of what is open, spins for a moment when nothing is, and then sleeps.
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "openmp.h"
#include "scratch.h"
#include "team.h"

// A helper without work stays awake for as long while the calling thread is running: what lies between two rounds is shorter.
enum { AWAKE = 200000, NAP = 1000000 };

enum {
  WRITTEN_DOWN = 200000, // nanoseconds of work between two entries
  SWITCH = 5000,         // what it costs to change the thread on a processor
};


void rival_team_sleep(int member, bool limited) {
  const struct timespec nap = {.tv_nsec = NAP};
  syscall(SYS_futex, &rival_the_team.members[member].asleep, FUTEX_WAIT_PRIVATE, 1, limited ? &nap : NULL, NULL, 0);
}

void rival_team_wake(int member) {
  if (member != 0) atomic_store_explicit(&rival_the_team.members[0].processor, sched_getcpu(), memory_order_relaxed);
  atomic_store(&rival_the_team.members[member].asleep, 0);
  syscall(SYS_futex, &rival_the_team.members[member].asleep, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

// A scheduler may wake a helper on the calling thread's own processor, where it can only be in the way. Goes to another one.
static void make_way(void) {
  const int here = sched_getcpu();
  cpu_set_t all, others;
  if (here < 0 || here != atomic_load_explicit(&rival_the_team.members[0].processor, memory_order_relaxed)) return;
  if (sched_getaffinity(0, sizeof all, &all) != 0) return;
  others = all;
  CPU_CLR(here, &others);
  if (CPU_COUNT(&others) == 0 || sched_setaffinity(0, sizeof others, &others) != 0) return;
  sched_setaffinity(0, sizeof all, &all);
}

static void sleep_until_called(int member, int64_t open) {
  rival_team *team = &rival_the_team;
  atomic_store(&team->members[member].asleep, 1);
  while (atomic_load(&team->open) == open && atomic_load(&team->members[member].asleep)) rival_team_sleep(member, false);
  atomic_store(&team->members[member].asleep, 0);
}

// What a helper has done since it was last written down: the clock's time would count what other processes had of the processor.
typedef struct {
  int64_t worked, own_time;
} labour;

static void write_down(labour *labour) {
  const int64_t own_time = rival_own_time(), ran = own_time - labour->own_time;
  atomic_fetch_add_explicit(&rival_the_team.helped, labour->worked < ran ? labour->worked : ran, memory_order_relaxed);
  labour->worked = 0;
  labour->own_time = own_time;
}

static void *help(void *number) {
  rival_team *team = &rival_the_team;
  const int member = (int)(intptr_t)number;
  omp_set_num_threads(1);
  rival_member_begin(member);
  rival_wait wait = {0};
  labour labour = {.own_time = rival_own_time()};
  size_t scratch = 0;
  int64_t pulse = 0;
  for (;;) {
    const size_t wanted = atomic_load_explicit(&team->scratch, memory_order_relaxed);
    if (wanted > scratch) {
      rival_scratch(wanted);
      scratch = wanted;
    }
    atomic_store_explicit(&team->members[member].pulse, ++pulse, memory_order_relaxed);
    const int64_t open = atomic_load_explicit(&team->open, memory_order_acquire);
    const int64_t begun = rival_now();
    if (rival_team_work(member, open)) {
      labour.worked += rival_now() - begun;
      if (labour.worked > WRITTEN_DOWN) write_down(&labour);
      wait = (rival_wait){0};
    } else if (!rival_wait_spin(&wait, 0, AWAKE)) {
      if (atomic_load_explicit(&team->running, memory_order_relaxed)) {
        atomic_fetch_add_explicit(&team->lost, wait.lost + SWITCH, memory_order_relaxed);
      }
      write_down(&labour);
      sleep_until_called(member, open);
      make_way();
      wait = (rival_wait){0};
    }
  }
  return NULL;
}

static int processors(void) {
  static atomic_int known;
  int count = atomic_load_explicit(&known, memory_order_relaxed);
  if (count > 0) return count;
  cpu_set_t set;
  count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
  if (count < 1) count = 1;
  atomic_store_explicit(&known, count, memory_order_relaxed);
  return count;
}

int rival_team_helpers(int threads) {
  const int members = threads < processors() ? threads : processors();
  return members - 1 < MOST_HELPERS ? members - 1 : MOST_HELPERS;
}

int rival_team_recruit(int count) {
  rival_team *team = &rival_the_team;
  if (team->helpers == 0) rival_start_clock();
  for (int started = team->helpers; started < count; started = team->helpers) {
    // Signals are for the program's own threads.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    const int refused = pthread_create(&thread, NULL, help, (void *)(intptr_t)(started + 1));
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (refused) break;
    pthread_detach(thread);
    team->helpers++;
  }
  return team->helpers < count ? team->helpers : count;
}
