#include "tiles.h"

#include "poison.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

namespace simulator {

#if defined(SIMULATOR_ASAN)

// An allocation of just the size: the sanitizer's red zones are the fences.
char* Tiles::allocate(size_t bytes) {
  void* start = nullptr;
  return posix_memalign(&start, 16, bytes) == 0 ? static_cast<char*>(start) : nullptr;
}
void Tiles::free(Tile& tile) { ::free(tile.start); }
static void raise_fences(char*, size_t) {}
static bool fences_stand(const char*, size_t) { return true; }

#elif defined(SIMULATOR_TSAN)

// Blocks are not ordered among each other, so a tile at an address that another block had would
// look like a race.
constexpr size_t FRESH_BYTES = size_t(1) << 30;
char* Tiles::allocate(size_t bytes) {
  size_t needed = (bytes + 63) / 64 * 64 + 64;
  if (fresh_ == nullptr) {
    void* memory = mmap(nullptr, FRESH_BYTES, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) return nullptr;
    fresh_ = static_cast<char*>(memory);
  }
  if (fresh_used_ + needed > FRESH_BYTES) return nullptr;
  char* start = fresh_ + fresh_used_;
  fresh_used_ += needed;
  return start;
}
void Tiles::free(Tile&) {}
static void raise_fences(char*, size_t) {}
static bool fences_stand(const char*, size_t) { return true; }

#else

constexpr size_t FENCE = 64;
char* Tiles::allocate(size_t bytes) {
  void* start = nullptr;
  size_t rounded = (bytes + FENCE - 1) / FENCE * FENCE;
  return posix_memalign(&start, FENCE, rounded + 2 * FENCE) == 0 ? static_cast<char*>(start) + FENCE
                                                                 : nullptr;
}
void Tiles::free(Tile& tile) { ::free(tile.start - FENCE); }
static void raise_fences(char* start, size_t bytes) {
  memset(start - FENCE, FENCE_BYTE, FENCE);
  memset(start + bytes, FENCE_BYTE, FENCE);
}
static bool fences_stand(const char* start, size_t bytes) {
  return all_bytes(start - FENCE, FENCE_BYTE, FENCE) && all_bytes(start + bytes, FENCE_BYTE, FENCE);
}

#endif

Tiles::~Tiles() {
  for (Tile& tile : tiles_) free(tile);
}

void Tiles::begin_launch() { fresh_used_ = 0; }

void Tiles::begin_block() {
  used_ = 0;
  used_bytes_ = 0;
}

void* Tiles::tile(unsigned index, size_t bytes, size_t launch_bytes, std::string& failure) {
  if (index < used_) {
    Tile& tile = tiles_[index];
    if (tile.bytes == bytes) return tile.start;
    failure = "asks for " + std::to_string(bytes) + " bytes as shared tile " +
              std::to_string(index) + ", of which another thread asked for " +
              std::to_string(tile.bytes);
    return nullptr;
  }
  used_bytes_ += (bytes + 15) / 16 * 16;
  if (used_bytes_ > launch_bytes) {
    failure = "needs " + std::to_string(used_bytes_) + " bytes of shared memory up to tile " +
              std::to_string(index) + ", its launch gave " + std::to_string(launch_bytes);
    return nullptr;
  }
  if (index >= tiles_.size()) tiles_.resize(index + 1);
  Tile& tile = tiles_[index];
#ifdef SIMULATOR_TSAN
  constexpr bool reusable = false;
#else
  constexpr bool reusable = true;
#endif
  if (tile.start == nullptr || tile.bytes != bytes || !reusable) {
    if (tile.start != nullptr) free(tile);
    tile = {allocate(bytes), bytes};
    if (tile.start == nullptr) {
      failure = "has no memory left for shared tile " + std::to_string(index);
      return nullptr;
    }
    raise_fences(tile.start, bytes);
  }
  poison(tile.start, bytes);
  used_ = index + 1;
  return tile.start;
}

bool Tiles::intact(std::string& failure) const {
  for (unsigned i = 0; i < used_; i++) {
    if (!fences_stand(tiles_[i].start, tiles_[i].bytes)) {
      failure = "wrote outside its shared tile " + std::to_string(i) + " of " +
                std::to_string(tiles_[i].bytes) + " bytes";
      return false;
    }
  }
  return true;
}

}  // namespace simulator
