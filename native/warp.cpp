// What the lanes of a warp do together: whoever comes last resolves it for all.
#include "block.h"

#include <bit>

namespace simulator {

static void resolve(Warp& warp, unsigned which, const Thread* self) {
  Meeting meeting = warp.meetings[which];
  warp.meetings[which] = warp.meetings[--warp.meeting_count];
  void* operands[LANES];
  for (unsigned lane = 0; lane < LANES; lane++) {
    operands[lane] = meeting.arrived >> lane & 1 ? warp.threads[lane].operand : nullptr;
  }
  if (meeting.resolve != nullptr) meeting.resolve(operands);
  for (int lane = LANES - 1; lane >= 0; lane--) {
    Thread* thread = &warp.threads[lane];
    if ((meeting.arrived >> lane & 1) != 0 && thread != self)
      thread->block->make_ready_first(thread);
  }
}

void warp_meet(const char* name, unsigned mask, void* operand, Resolve how) {
  Thread* self = current;
  if (self->block->looping)
    fail("meets its warp in %s, but the kernel is closed with KERNEL_END_LOOP", name);
  if ((mask >> self->lane & 1) == 0)
    fail("calls %s with mask 0x%08x, which leaves out its own lane %u", name, mask, self->lane);
  Warp& warp = *self->warp;
  self->operand = operand;
  unsigned which = 0;
  while (which < warp.meeting_count && warp.meetings[which].mask != mask) which++;
  if (which == warp.meeting_count) warp.meetings[warp.meeting_count++] = {name, mask, 0, how};
  Meeting& meeting = warp.meetings[which];
  if (meeting.name != name) {
    fail("calls %s while lane %d of its warp waits in %s with the same mask", name,
         std::countr_zero(meeting.arrived), meeting.name);
  }
  meeting.arrived |= 1u << self->lane;
  if (meeting.arrived == (mask & warp.present)) {
    resolve(warp, which, self);
  } else {
    wait_in(self, name);
  }
}

void leave_warp(Thread* thread) {
  Warp& warp = *thread->warp;
  warp.present &= ~(1u << thread->lane);
  for (unsigned which = 0; which < warp.meeting_count;) {
    if (warp.meetings[which].arrived == (warp.meetings[which].mask & warp.present)) {
      resolve(warp, which, nullptr);
    } else {
      which++;
    }
  }
}

struct Shuffled {
  Shuffle kind;
  uint64_t value, result;
  int operand, width;
};

// PTX ISA, shfl.sync: the source lane and whether it lies within the segment; a lane without a
// source keeps its value.
static int source_lane(int lane, const Shuffled& mine) {
  int first = lane & ~(mine.width - 1);
  int last = first + mine.width - 1;
  int source = lane;
  switch (mine.kind) {
    case Shuffle::INDEX: return first | (mine.operand & (mine.width - 1));
    case Shuffle::UP: source = lane - mine.operand; return source >= first ? source : lane;
    case Shuffle::DOWN: source = lane + mine.operand; return source <= last ? source : lane;
    case Shuffle::XOR: source = lane ^ mine.operand; return source <= last ? source : lane;
  }
  return lane;
}

static void resolve_shuffle(void* const (&lanes)[LANES]) {
  for (unsigned lane = 0; lane < LANES; lane++) {
    if (lanes[lane] == nullptr) continue;
    auto* mine = static_cast<Shuffled*>(lanes[lane]);
    auto* theirs = static_cast<Shuffled*>(lanes[source_lane(int(lane), *mine) & 31]);
    mine->result = theirs != nullptr ? theirs->value : UINT64_MAX;
  }
}

uint64_t shuffle(Shuffle kind, unsigned mask, uint64_t value, int operand, int width) {
  static const char* const names[] = {"__shfl_sync", "__shfl_up_sync", "__shfl_down_sync",
                                      "__shfl_xor_sync"};
  const char* name = names[int(kind)];
  if (width < 1 || width > 32 || (width & (width - 1)) != 0)
    fail("calls %s with width %d, not a power of two up to 32", name, width);
  Shuffled mine = {kind, value, 0, operand, width};
  warp_meet(name, mask, &mine, resolve_shuffle);
  return mine.result;
}

struct Vote {
  bool yes;
  unsigned ballot;
};

static void resolve_vote(void* const (&lanes)[LANES]) {
  unsigned ballot = 0;
  for (unsigned lane = 0; lane < LANES; lane++) {
    if (lanes[lane] != nullptr && static_cast<Vote*>(lanes[lane])->yes) ballot |= 1u << lane;
  }
  for (void* lane : lanes) {
    if (lane != nullptr) static_cast<Vote*>(lane)->ballot = ballot;
  }
}

unsigned ballot(unsigned mask, bool predicate) {
  Vote mine = {predicate, 0};
  warp_meet("a vote", mask, &mine, resolve_vote);
  return mine.ballot;
}

// Orders what its lanes do in memory, which shuffles and votes do not.
void warp_barrier(unsigned mask) {
  Thread* self = current;
  unsigned which = mask == 0xFFFFFFFF ? self->warp_barriers++ % 2 : 2;
  long* meeting = &self->warp->barriers[which];
  release(meeting);
  warp_meet("__syncwarp", mask, nullptr, nullptr);
  acquire(meeting);
}

}  // namespace simulator
