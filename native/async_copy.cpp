// cp.async. Compiled like a kernel: the sanitizers see the copies as what the thread that asked for
// them does.
#include "block.h"
#include "poison.h"

namespace simulator {

// Word by word, so that it stays an access of this file and does not become a call of the C
// library.
static void write_words(void* to, const void* from, unsigned filled, unsigned bytes) {
  auto* target = static_cast<volatile uint32_t*>(to);
  auto* source = static_cast<const volatile uint32_t*>(from);
  for (unsigned i = 0; i < filled / 4; i++) {
    target[i] = i * 4 < bytes ? source[i] : 0;
  }
}

// Until it lands nobody may count on what the target holds.
void copy_async(void* to, const void* from, unsigned filled, unsigned bytes) {
  if ((filled != 4 && filled != 8 && filled != 16) || bytes > filled || bytes % 4 != 0) {
    fail("calls cp.async for %u of %u bytes", bytes, filled);
  }
  if (reinterpret_cast<uintptr_t>(to) % filled != 0 ||
      (bytes > 0 && reinterpret_cast<uintptr_t>(from) % filled != 0)) {
    fail("calls cp.async of %u bytes with an address that is no multiple of that", filled);
  }
  auto* target = static_cast<volatile uint32_t*>(to);
  for (unsigned i = 0; i < filled / 4; i++) target[i] = 0x01010101u * POISON_BYTE;
  current->copies.push_back({to, from, filled, bytes, current->copy_group});
}

void copy_async_commit() { current->copy_group++; }

void copy_async_wait(unsigned groups_left) {
  Thread* self = current;
  if (self->copy_group > groups_left) land_copies(self, self->copy_group - groups_left);
}

void land_copies(Thread* thread, unsigned before_group) {
  auto& copies = thread->copies;
  size_t landed = 0;
  while (landed < copies.size() && copies[landed].group < before_group) {
    write_words(copies[landed].to, copies[landed].from, copies[landed].filled,
                copies[landed].bytes);
    landed++;
  }
  if (landed > 0) copies.erase(copies.begin(), copies.begin() + landed);
}

}  // namespace simulator
