// Whether helpers are worth having.
//
// A helper's work is time that the calling thread need not spend; the time that the calling thread waits for a helper is the price. On a
// machine with other work the price may exceed the gain: a helper that is stopped in the middle of a share holds up the others for
// as long as a scheduler's slice lasts. So there is a book of gains and losses. A loss that no gain covers is followed by work without
// helpers, LEAST_FORBEARANCE times as long as the loss, so that it costs no more than one part in as many, whatever the machine does.
// Where losses come again soon, the times get longer.
#include "team.h"

enum {
  MOST_CREDIT = 100000000,  // nanoseconds: what was won long ago does not count
  LEAST_FORBEARANCE = 20,
  MOST_FORBEARANCE = 640,
  RECENT = 100000000,
  LONGEST = 1000000000,
};

static void forbear(rival_account *account, int64_t loss, int64_t now) {
  const bool again = now - account->alone_until < (account->alone_for > RECENT ? account->alone_for : RECENT);
  if (!again || account->forbearance == 0) {
    account->forbearance = LEAST_FORBEARANCE;
  } else if (account->forbearance < MOST_FORBEARANCE) {
    account->forbearance *= 2;
  }
  account->alone_for = loss < LONGEST / account->forbearance ? loss * account->forbearance : LONGEST;
  account->alone_until = now + account->alone_for;
}

void rival_account_enter(int64_t waited) {
  rival_team *team = &rival_the_team;
  rival_account *account = &team->account;
  const int64_t helped = atomic_load_explicit(&team->helped, memory_order_relaxed);
  const int64_t lost = atomic_load_explicit(&team->lost, memory_order_relaxed);
  // Processors that work at the same thing fetch each other's data: alone, the calling thread would need less time for the helpers' work.
  account->balance += (helped - account->helped) * 3 / 4 - (lost - account->lost) - waited;
  account->helped = helped;
  account->lost = lost;
  if (account->balance > MOST_CREDIT) account->balance = MOST_CREDIT;
  if (account->balance >= 0) return;
  forbear(account, -account->balance, rival_now());
  account->balance = 0;
}

bool rival_account_forbids(void) {
  rival_account *account = &rival_the_team.account;
  return account->alone_until != 0 && account->alone_until > rival_now();
}
