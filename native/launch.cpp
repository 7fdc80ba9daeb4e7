#include "launch.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <numeric>

#include "workers.h"

namespace simulator {

unsigned order_seed() {
  static const unsigned seed = [] {
    const char* text = getenv("PALIMPSEST_SIM_SEED");
    return text == nullptr ? 0u : unsigned(strtoul(text, nullptr, 10));
  }();
  return seed;
}

// Below this many threads a launch is over before another worker has woken up.
constexpr uint64_t WORTH_SHARING = 4096;

bool run_launch(const BlockLaunch& launch, std::string& failure) {
  static std::vector<std::unique_ptr<Block>> blocks(worker_count());
  const uint64_t width = launch.grid.x, height = launch.grid.y;
  const uint64_t count = width * height * launch.grid.z;
  const uint64_t threads = uint64_t(launch.size.x) * launch.size.y * launch.size.z;

  std::vector<uint64_t> order;
  if (launch.seed != 0) {
    order.resize(count);
    std::iota(order.begin(), order.end(), uint64_t(0));
    std::minstd_rand random(launch.seed);
    std::shuffle(order.begin(), order.end(), random);
  }
  std::atomic<uint64_t> taken = 0;
  std::atomic<bool> failed = false;
  auto work = [&](unsigned worker) {
    if (blocks[worker] == nullptr) blocks[worker] = std::make_unique<Block>();
    Block& block = *blocks[worker];
    block.begin_launch();
    for (uint64_t i; (i = taken++) < count && !failed;) {
      uint64_t number = order.empty() ? i : order[i];
      uint3 index = {unsigned(number % width), unsigned(number / width % height),
                     unsigned(number / width / height)};
      if (!block.run(launch, index, i) && !failed.exchange(true)) failure = block.failure;
    }
    block.end_launch();
  };
  if (count > 1 && count * threads >= WORTH_SHARING && launch.seed == 0) {
    share(work);
  } else {
    work(0);
  }
  return !failed;
}

void in_parallel(void (*run)(void*, size_t), void* data, size_t count) {
  std::atomic<size_t> taken = 0;
  share([&](unsigned) {
    for (size_t i; (i = taken++) < count;) run(data, i);
  });
}

}  // namespace simulator
