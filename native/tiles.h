// The shared memory of one block, cut into tiles that are allocations of their own.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace simulator {

class Tiles {
 public:
  Tiles() = default;
  Tiles(const Tiles&) = delete;
  ~Tiles();

  void begin_launch();
  void begin_block();

  // Where tile `index` lies; null where `failure` says why it cannot be.
  void* tile(unsigned index, size_t bytes, size_t launch_bytes, std::string& failure);

  // Looks whether something was written beside a tile.
  bool intact(std::string& failure) const;

 private:
  struct Tile {
    char* start = nullptr;
    size_t bytes = 0;
  };
  std::vector<Tile> tiles_;
  unsigned used_ = 0;  // tiles of the running block
  size_t used_bytes_ = 0;
  char* fresh_ = nullptr;  // ThreadSanitizer: addresses that no block of this launch has used
  size_t fresh_used_ = 0;

  char* allocate(size_t bytes);
  void free(Tile& tile);
};

}  // namespace simulator
