#pragma once

#include "device.cuh"

// A flat buffer of parameters is cut into segments. The table on the device lists those that are
// trained, in the order of their offsets, and how many blocks of 2048 elements lie before each; the
// frozen ones are not in it, so that nothing of theirs is read. A launch has one block for each of
// those blocks: blockIdx.x finds its segment by bisection.

constexpr int SEGMENT_BLOCK = 2048;

/** One row of the table: 32 bytes. */
struct Segment {
  int64_t offset;
  int64_t length;
  int32_t first_block;
  float rate_scale;
  int32_t decays;
  int32_t unused;
};

/** The elements [start, end) of the flat buffer that fall to a block, and their segment. */
struct SegmentPart {
  int64_t start;
  int64_t end;
  float rate_scale;
  bool decays;
};

__device__ __forceinline__ SegmentPart part_of(const Segment* segments, int count, int block) {
  int low = 0; // the last segment that starts at or before the block
  int high = count - 1;
  while (low < high) {
    const int middle = (low + high + 1) / 2;
    if (segments[middle].first_block <= block) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  const Segment segment = segments[low];
  const int64_t before = static_cast<int64_t>(block - segment.first_block) * SEGMENT_BLOCK;
  const int64_t left = segment.length - before;
  const int64_t start = segment.offset + before;
  return {start, start + (left < SEGMENT_BLOCK ? left : SEGMENT_BLOCK), segment.rate_scale,
          segment.decays != 0};
}

/** Elements of 16 bytes, that a part is gone over by where it begins at a multiple of them. */
constexpr int SEGMENT_CHUNK = 4;

/** Where the elements that go one by one begin. */
__device__ __forceinline__ int64_t end_of_chunks(const SegmentPart& part) {
  return part.start % SEGMENT_CHUNK == 0 ? part.end - (part.end - part.start) % SEGMENT_CHUNK : part.start;
}
