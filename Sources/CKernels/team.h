// The team: the calling thread and its helpers, and how far each share of a program has come.
#ifndef RIVAL_TEAM_H
#define RIVAL_TEAM_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "include/kernels.h"

enum { MOST_HELPERS = 255 };

// One share of every instruction. Instructions are numbered through all programs of the process, so that no number comes twice.
typedef struct {
  _Alignas(64) _Atomic int64_t taken;  // the first instruction whose share nobody has taken
  _Atomic int64_t finished;            // the same of finished shares
  atomic_int member;                   // who took the last one
} rival_lane;

// The calling thread (number 0) or a helper.
typedef struct {
  _Alignas(64) atomic_int asleep;
  atomic_int clock;                // the clock of its processor time
  atomic_int processor;            // on which the calling thread was when it last woke somebody
  int64_t seen;                    // its pulse when the calling thread looked last
  _Alignas(64) _Atomic int64_t pulse;  // goes up while it runs
} rival_member;

// What the helpers have been worth lately, in nanoseconds: the calling thread's own book.
typedef struct {
  int64_t helped, lost;       // what is in the book already
  int64_t balance;            // what was won; never below zero: a loss is made up for by working alone
  int64_t alone_until, alone_for;
  int64_t forbearance;        // how many times as long as the last loss the calling thread has worked alone
} rival_account;

typedef struct {
  // The first instruction that may not begin yet, and the number of shares in the low 16 bits. All that a helper reads
  // before it has taken something.
  _Alignas(64) _Atomic int64_t open;
  // What a share that was taken belongs to. It stays while any share is unfinished.
  _Alignas(64) const rival_instruction *instructions;
  int64_t base;  // the number of the first of them
  _Alignas(64) atomic_bool running;
  _Alignas(64) _Atomic int64_t helped;  // nanoseconds that helpers have worked
  _Atomic int64_t lost;                 // nanoseconds that they span while the calling thread did not run
  _Atomic size_t scratch;  // bytes that each helper needs
  int helpers;             // how many have been started
  rival_account account;
  rival_member members[1 + MOST_HELPERS];
  rival_lane lanes[RIVAL_MOST_THREADS];
} rival_team;

extern rival_team rival_the_team;

// Takes one share of an open instruction, the member's own rather than another's, and does it. False where none is left.
bool rival_team_work(int member, int64_t open);

// Starts helpers until there are `count` or the system refuses, and returns how many of these there are. For who has the team.
int rival_team_recruit(int count);

// How many helpers are of use to `threads` shares: no more members than processors.
int rival_team_helpers(int threads);

// Wakes a member that is asleep.
void rival_team_wake(int member);

// Says that the calling thread is this member.
void rival_member_begin(int member);

// A wait for another member; it begins all zero. Times are in nanoseconds.
typedef struct {
  int64_t turns, begun;
  int64_t seen, seen_turns, processor_time;  // when the other member was looked at last, and how long it had run until then
  int64_t lost;                              // how long this member span while the other did not run
  int other;
} rival_wait;

// Spins for a moment. False once the wait is longer than some microseconds and the other member does not run, or has lasted
// `most` nanoseconds: then it is better to sleep.
bool rival_wait_spin(rival_wait *wait, int other, int64_t most);

// What a wait of `passed` nanoseconds has cost: less, where the processor was somebody else's meanwhile.
int64_t rival_wait_cost(const rival_wait *wait, int64_t passed);

// Enters a segment into the book, for which the calling thread has waited `waited` nanoseconds.
void rival_account_enter(int64_t waited);

// Whether the calling thread should work alone now, because working together has not been worth it.
bool rival_account_forbids(void);

// Sleeps until somebody wakes the member, a millisecond passes, or `asleep` has been cleared already.
void rival_team_sleep(int member, bool limited);

void rival_start_clock(void);  // before the first look at it
int64_t rival_now(void);       // nanoseconds, to weigh costs
int64_t rival_own_time(void);  // nanoseconds that the calling thread has run

#endif
