// Kernels with the bugs that the simulator has to find, and the same kernels without.
#include "device.cuh"
#include "primitives.cuh"

KERNEL(planted_nothing)(float* out, const float* in, int n) {
  SharedMemory shared;
  float* row = shared.tile<float>(blockDim.x);
  float* sums = shared.tile<float>(blockDim.x / WARP_SIZE);
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  row[threadIdx.x] = i < n ? in[i] : 0.0f;
  __syncthreads();
  float sum = row[blockDim.x - 1 - threadIdx.x];
  for (int lanes = WARP_SIZE / 2; lanes > 0; lanes /= 2)
    sum += __shfl_xor_sync(0xFFFFFFFF, sum, lanes);
  if (threadIdx.x % WARP_SIZE == 0) sums[threadIdx.x / WARP_SIZE] = sum;
  __syncthreads();
  if (threadIdx.x == 0) {
    for (int w = 1; w < blockDim.x / WARP_SIZE; w++) sum += sums[w];
    out[blockIdx.x] = sum;
  }
}
KERNEL_END(planted_nothing)

KERNEL_BOUNDS(planted_bounds, 64)(float* out) { out[threadIdx.x] = 1.0f; }
KERNEL_END_LOOP(planted_bounds)

struct Scale {
  double factor;
  int64_t n;
};

KERNEL(planted_scale)(float* out, char unused, Scale scale, const float* in) {
  int64_t i = blockIdx.x * int64_t(blockDim.x) + threadIdx.x;
  if (i < scale.n) out[i] = float(scale.factor) * in[i] + unused;
}
KERNEL_END_LOOP(planted_scale)

KERNEL(planted_read_past_end)(float* out, const float* in, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) out[i] = in[i + 1];
}
KERNEL_END_LOOP(planted_read_past_end)

KERNEL(planted_write_past_end)(float* out, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i <= n) out[i] = 1.0f;
}
KERNEL_END_LOOP(planted_write_past_end)

KERNEL(planted_freed_inside)(float* out, float* const* rows) {
  out[threadIdx.x] = rows[0][threadIdx.x];
}
KERNEL_END_LOOP(planted_freed_inside)

// The last thread writes into the tile's neighbour.
KERNEL(planted_tile_overflow)(float* out) {
  SharedMemory shared;
  float* first = shared.tile<float>(blockDim.x);
  float* second = shared.tile<float>(blockDim.x);
  second[threadIdx.x] = 2.0f;
  __syncthreads();
  first[threadIdx.x + 1] = 1.0f;
  __syncthreads();
  out[threadIdx.x] = second[threadIdx.x];
}
KERNEL_END(planted_tile_overflow)

KERNEL(planted_missing_barrier)(float* out, const float* in) {
  SharedMemory shared;
  float* row = shared.tile<float>(blockDim.x);
  row[threadIdx.x] = in[threadIdx.x];
  out[threadIdx.x] = row[blockDim.x - 1 - threadIdx.x];
}
KERNEL_END(planted_missing_barrier)

// Between two barriers: some write the next value while others read the last one.
KERNEL(planted_missing_second_barrier)(float* out, const float* in) {
  SharedMemory shared;
  float* row = shared.tile<float>(blockDim.x);
  row[threadIdx.x] = in[threadIdx.x];
  __syncthreads();
  float sum = row[blockDim.x - 1 - threadIdx.x];
  row[threadIdx.x] = 2 * in[threadIdx.x];
  __syncthreads();
  out[threadIdx.x] = sum + row[blockDim.x - 1 - threadIdx.x];
}
KERNEL_END(planted_missing_second_barrier)

KERNEL(planted_missing_second_warp_barrier)(float* out, const float* in) {
  SharedMemory shared;
  float* row = shared.tile<float>(blockDim.x);
  row[threadIdx.x] = in[threadIdx.x];
  __syncwarp();
  float sum = row[threadIdx.x ^ 1];
  row[threadIdx.x] = 2 * in[threadIdx.x];
  __syncwarp();
  out[threadIdx.x] = sum + row[threadIdx.x ^ 1];
}
KERNEL_END(planted_missing_second_warp_barrier)

// Lane 0 reads what the last thread wrote before a barrier of its warp alone.
KERNEL(planted_warp_barrier_for_block)(float* out, const float* in) {
  SharedMemory shared;
  float* row = shared.tile<float>(blockDim.x);
  row[threadIdx.x] = in[threadIdx.x];
  __syncwarp();
  out[threadIdx.x] = row[blockDim.x - 1 - threadIdx.x];
}
KERNEL_END(planted_warp_barrier_for_block)

// A shuffle brings lanes together, but does not order their memory.
KERNEL(planted_shuffle_for_barrier)(float* out, const float* in) {
  SharedMemory shared;
  float* row = shared.tile<float>(blockDim.x);
  row[threadIdx.x] = in[threadIdx.x];
  float sum = __shfl_xor_sync(0xFFFFFFFF, in[threadIdx.x], 1);
  out[threadIdx.x] = sum + row[threadIdx.x ^ 1];
}
KERNEL_END(planted_shuffle_for_barrier)

KERNEL(planted_warp_barrier)(float* out, const float* in) {
  SharedMemory shared;
  float* row = shared.tile<float>(blockDim.x);
  row[threadIdx.x] = in[threadIdx.x];
  __syncwarp();
  out[threadIdx.x] = row[threadIdx.x ^ 1];
}
KERNEL_END(planted_warp_barrier)

// WAITS of the two things that have to happen before another thread's copy may be read.
template <bool WAIT, bool BARRIER>
__device__ void copy_and_read(float* out, const float* in) {
  SharedMemory shared;
  float* row = shared.tile<float>(4 * blockDim.x);
  copy_async<16>(&row[4 * threadIdx.x], &in[4 * threadIdx.x]);
  copy_async_commit();
  if (WAIT) copy_async_wait<0>();
  if (BARRIER) __syncthreads();
  out[threadIdx.x] = row[4 * (blockDim.x - 1 - threadIdx.x)];
}
KERNEL(planted_copied)(float* out, const float* in) { copy_and_read<true, true>(out, in); }
KERNEL_END(planted_copied)
KERNEL(planted_missing_wait)(float* out, const float* in) { copy_and_read<false, true>(out, in); }
KERNEL_END(planted_missing_wait)
KERNEL(planted_wait_without_barrier)(float* out, const float* in) {
  copy_and_read<true, false>(out, in);
}
KERNEL_END(planted_wait_without_barrier)

KERNEL(planted_block_race)(float* out) {
  SharedMemory shared;
  float* row = shared.tile<float>(blockDim.x);
  row[threadIdx.x] = blockIdx.x;
  __syncthreads();
  out[threadIdx.x] = row[blockDim.x - 1 - threadIdx.x];
}
KERNEL_END(planted_block_race)

KERNEL(planted_loop_race)(float* out) { out[0] = threadIdx.x; }
KERNEL_END_LOOP(planted_loop_race)

KERNEL(planted_uninitialised)(float* out, const float* in, const float* never_written) {
  out[threadIdx.x] = in[threadIdx.x] + never_written[threadIdx.x];
}
KERNEL_END_LOOP(planted_uninitialised)

KERNEL(planted_uninitialised_tile)(float* out) {
  SharedMemory shared;
  float* row = shared.tile<float>(blockDim.x);
  if (threadIdx.x > 0) row[threadIdx.x] = 1.0f;
  __syncthreads();
  out[threadIdx.x] = row[threadIdx.x];
}
KERNEL_END(planted_uninitialised_tile)

KERNEL(planted_divergent_barrier)(float* out) {
  if (threadIdx.x < 40) __syncthreads();
  out[threadIdx.x] = __shfl_sync(0xFFFFFFFF, 1.0f, 0);
}
KERNEL_END(planted_divergent_barrier)

KERNEL(planted_early_return)(float* out) {
  if (threadIdx.x == 5) return;
  __syncthreads();
  out[threadIdx.x] = 1.0f;
}
KERNEL_END(planted_early_return)

KERNEL(planted_two_barriers)(float* out) {
  if (threadIdx.x % 2 == 0) {
    __syncthreads();
  } else {
    __syncthreads();
  }
  out[threadIdx.x] = 1.0f;
}
KERNEL_END(planted_two_barriers)

KERNEL(planted_barrier_in_loop)(float* out) {
  __syncthreads();
  out[threadIdx.x] = 1.0f;
}
KERNEL_END_LOOP(planted_barrier_in_loop)

KERNEL(planted_foreign_mask)(float* out) { out[threadIdx.x] = __shfl_sync(0x0000FFFF, 1.0f, 0); }
KERNEL_END(planted_foreign_mask)

KERNEL(planted_mixed_operations)(float* out) {
  if (threadIdx.x < 16) {
    out[threadIdx.x] = __shfl_xor_sync(0xFFFFFFFF, 1.0f, 1);
  } else {
    out[threadIdx.x] = __ballot_sync(0xFFFFFFFF, 1);
  }
}
KERNEL_END(planted_mixed_operations)

KERNEL(planted_missing_lane)(float* out) {
  if (threadIdx.x == 1) __syncthreads();
  out[threadIdx.x] = __shfl_sync(0xFFFFFFFF, 1.0f, 0);
}
KERNEL_END(planted_missing_lane)

KERNEL(planted_misaligned)(float* out, const float* in) {
  float4 four = *reinterpret_cast<const float4*>(in + 4 * threadIdx.x + 1);
  out[threadIdx.x] = four.x + four.w;
}
KERNEL_END_LOOP(planted_misaligned)

// Lanes of half a warp meet among themselves, the others end; a lane that has ended gives a NaN.
KERNEL(planted_half_warp)(float* out) {
  if (threadIdx.x >= 16) return;
  float sum = threadIdx.x;
  for (int lanes = 8; lanes > 0; lanes /= 2) sum += __shfl_xor_sync(0x0000FFFF, sum, lanes);
  out[threadIdx.x] = sum;
  out[16 + threadIdx.x] = __shfl_sync(0xFFFFFFFF, 1.0f, 20);
}
KERNEL_END(planted_half_warp)

KERNEL(planted_atomics)(float* sum, int* most, unsigned* count) {
  atomicAdd(sum, 0.5f);
  atomicMax(most, int(threadIdx.x));
  atomicAdd(count, 1u);
}
KERNEL_END_LOOP(planted_atomics)
