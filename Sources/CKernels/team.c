// Runs a program's instructions, each in shares. How many shares there are, and what each computes, the program says; who
// computes a share does not matter to the result. So helpers come and go as the machine has room for them.
//
// A *segment* is a run of instructions without a barrier. The calling thread opens one segment after the other. Every member
// takes shares of what is open, one instruction at a time, its own share rather than another's, so that data stay in the caches of one
// core; who has nothing left of its own takes what others have not begun. A helper that other processes keep from running
// therefore holds up nobody, unless it is stopped in the middle of a share: see waiting.c.
#include "team.h"

#include "openmp.h"
#include "scratch.h"

// Work must last as long before a sleeping helper is woken: waking one takes about as much.
enum { WORTH_WAKING = 20000 };

rival_team rival_the_team;
static atomic_flag taken = ATOMIC_FLAG_INIT;

bool rival_team_work(int member, int64_t open) {
  rival_team *team = &rival_the_team;
  const int64_t end = open >> 16;
  const int threads = (int)(open & 0xffff);
  for (int i = 0, share = member; i < threads; i++, share++) {
    while (share >= threads) share -= threads;
    rival_lane *lane = &team->lanes[share];
    int64_t next = atomic_load_explicit(&lane->taken, memory_order_relaxed);
    if (next >= end) continue;
    if (!atomic_compare_exchange_strong_explicit(&lane->taken, &next, next + 1, memory_order_acq_rel, memory_order_relaxed)) continue;
    atomic_store_explicit(&lane->member, member, memory_order_relaxed);
    const rival_instruction *instruction = &team->instructions[next - team->base];
    instruction->run(instruction->context, share, threads);
    atomic_fetch_add(&lane->finished, 1);
    if (member != 0 && atomic_load(&team->members[0].asleep)) rival_team_wake(0);
    return true;
  }
  return false;
}

// The first share that is not finished up to instruction `end`, or -1.
static int unfinished(int64_t end, int threads) {
  for (int share = 0; share < threads; share++) {
    if (atomic_load(&rival_the_team.lanes[share].finished) < end) return share;
  }
  return -1;
}

// Does what is open together with the helpers. Returns how many shares the calling thread has done.
static int64_t run_together(int64_t end, int threads) {
  const int64_t open = end << 16 | threads;
  int64_t shares = 0, waited = 0, since = 0;
  rival_wait wait = {0};
  for (;;) {
    const bool works = rival_team_work(0, open);
    const int share = works ? -1 : unfinished(end, threads);
    if (since != 0 && share < 0) {
      waited += rival_wait_cost(&wait, rival_now() - since);
      since = 0;
      wait = (rival_wait){0};
    }
    shares += works;
    if (works) continue;
    if (share < 0) break;
    if (since == 0) since = rival_now();
    const int other = atomic_load_explicit(&rival_the_team.lanes[share].member, memory_order_relaxed);
    if (rival_wait_spin(&wait, other, INT64_MAX)) continue;
    const int64_t fell_asleep = rival_now();
    atomic_store(&rival_the_team.members[0].asleep, 1);
    if (unfinished(end, threads) >= 0) rival_team_sleep(0, true);
    atomic_store(&rival_the_team.members[0].asleep, 0);
    const int64_t slept = rival_now() - fell_asleep;
    waited += slept;
    since += slept;
  }
  rival_account_enter(waited);
  return shares;
}

// Where the segment that begins at instruction `first` ends.
static int64_t segment_end(const rival_instruction *instructions, int64_t first, int64_t count) {
  int64_t end = first + 1;
  while (end < count && !instructions[end].barrier_before) end++;
  return end;
}

static void run_alone(const rival_instruction *instructions, int64_t first, int64_t end) {
  for (int64_t i = first; i < end; i++) instructions[i].run(instructions[i].context, 0, 1);
}

// Whether any helper is running: its pulse has gone up since the last look.
static bool sees_helpers(int helpers) {
  bool sees = false;
  for (int helper = 1; helper <= helpers; helper++) {
    rival_member *member = &rival_the_team.members[helper];
    const int64_t pulse = atomic_load_explicit(&member->pulse, memory_order_relaxed);
    if (pulse != member->seen && !atomic_load_explicit(&member->asleep, memory_order_relaxed)) sees = true;
    member->seen = pulse;
  }
  return sees;
}

static void wake_helpers(int helpers) {
  for (int helper = 1; helper <= helpers; helper++) {
    if (atomic_load(&rival_the_team.members[helper].asleep)) rival_team_wake(helper);
  }
}

static void run_with_helpers(const rival_instruction *instructions, int64_t count, int threads, int helpers) {
  rival_team *team = &rival_the_team;
  team->instructions = instructions;
  const int64_t base = team->base, begun = rival_now();
  rival_member_begin(0);
  atomic_store_explicit(&team->running, true, memory_order_relaxed);
  bool together = false;  // whether the last segment was done with helpers, who did some of it
  bool level = false;     // whether the lanes stand at the next segment
  for (int64_t first = 0, end; first < count; first = end) {
    end = segment_end(instructions, first, count);
    if (!together) rival_account_enter(0);
    if (rival_account_forbids()) {
      together = false;
    } else if (!together) {
      together = sees_helpers(helpers);
      if (!together && rival_now() - begun > WORTH_WAKING) wake_helpers(helpers);
    }
    if (!together) {
      run_alone(instructions, first, end);
      level = false;
      continue;
    }
    for (int share = 0; share < threads && !level; share++) {
      atomic_store_explicit(&team->lanes[share].finished, base + first, memory_order_relaxed);
      atomic_store_explicit(&team->lanes[share].taken, base + first, memory_order_relaxed);
    }
    level = true;
    atomic_store(&team->open, (base + end) << 16 | threads);
    wake_helpers(helpers);
    together = run_together(base + end, threads) < (end - first) * threads;
  }
  atomic_store_explicit(&team->running, false, memory_order_relaxed);
  team->base = base + count;
}

void rival_execute(const rival_instruction *instructions, int64_t count, int threads) {
  // Libraries stay on the thread that calls them: a share is one thread's work.
  const int setting = omp_get_max_threads();
  if (setting != 1) omp_set_num_threads(1);
  const int helpers = threads > 1 ? rival_team_helpers(threads) : 0;
  // One caller at a time has the helpers; whoever comes meanwhile does its shares itself.
  if (helpers > 0 && !atomic_flag_test_and_set_explicit(&taken, memory_order_acquire)) {
    run_with_helpers(instructions, count, threads, rival_team_recruit(helpers));
    atomic_flag_clear_explicit(&taken, memory_order_release);
  } else {
    run_alone(instructions, 0, count);
  }
  if (setting != 1) omp_set_num_threads(setting);
}

void rival_reserve_scratch(size_t bytes, int threads) {
  rival_scratch(bytes);
  size_t known = atomic_load(&rival_the_team.scratch);
  while (threads > 1 && known < bytes && !atomic_compare_exchange_weak(&rival_the_team.scratch, &known, bytes)) {
  }
}

int rival_thread_count(void) { return omp_get_max_threads(); }

void rival_set_thread_count(int threads) { omp_set_num_threads(threads > 0 ? threads : 1); }
