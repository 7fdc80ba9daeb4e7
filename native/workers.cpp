#include "workers.h"

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "launch.h"

namespace simulator {

unsigned worker_count() {
#if defined(SIMULATOR_ASAN) || defined(SIMULATOR_TSAN)
  return 1;
#else
  static const unsigned count = [] {
    if (order_seed() != 0) return 1u;
    const char* text = getenv("PALIMPSEST_SIM_THREADS");
    int asked = text == nullptr ? int(std::thread::hardware_concurrency()) : atoi(text);
    return unsigned(std::clamp(asked, 1, 64));
  }();
  return count;
#endif
}

namespace {

// Helpers sleep until `round` changes, then take one of the round's tickets and work. A helper that
// wakes up too late finds no ticket left: nobody waits for it. They live until the process ends.
struct Helpers {
  std::atomic<unsigned> round = 0, tickets = 0, done = 0;
  const std::function<void(unsigned)>* work = nullptr;

  Helpers() {
    // The process's signals are for its own threads.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (unsigned worker = 1; worker < worker_count(); worker++) {
      std::thread([this, worker] { help(worker); }).detach();
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  bool take_ticket() {
    unsigned left = tickets;
    while (left > 0 && !tickets.compare_exchange_weak(left, left - 1)) {
    }
    return left > 0;
  }

  void help(unsigned worker) {
    for (unsigned seen = 0;;) {
      round.wait(seen);
      seen = round;
      if (!take_ticket()) continue;
      (*work)(worker);
      done++;
      done.notify_one();
    }
  }

  void share(const std::function<void(unsigned)>& shared) {
    const unsigned given = worker_count() - 1;
    work = &shared;
    done = 0;
    tickets = given;
    round++;
    round.notify_all();
    shared(0);
    const unsigned taken = given - tickets.exchange(0);
    for (unsigned so_far; (so_far = done) != taken;) done.wait(so_far);
  }
};

}  // namespace

void share(const std::function<void(unsigned)>& work) {
  if (worker_count() == 1) {
    work(0);
    return;
  }
  // Never destroyed: the helpers still look at it while the process ends.
  static Helpers& helpers = *new Helpers;
  helpers.share(work);
}

}  // namespace simulator
