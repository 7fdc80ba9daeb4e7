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

// Helpers sleep on `round` and report on `busy`. They live until the process ends.
struct Helpers {
  std::atomic<unsigned> round = 0, busy = 0;
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

  void help(unsigned worker) {
    for (unsigned seen = 0;; seen++) {
      round.wait(seen);
      (*work)(worker);
      if (--busy == 0) busy.notify_one();
    }
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
  helpers.work = &work;
  helpers.busy = worker_count() - 1;
  helpers.round++;
  helpers.round.notify_all();
  work(0);
  for (unsigned left; (left = helpers.busy) != 0;) helpers.busy.wait(left);
}

}  // namespace simulator
