// Checks of the primitives: each kernel does a thing twice, once through a primitive and once by
// plain loads and loops.
//
//   (float out[256], float expected[256], const bf16 in[1024]), launched as one block of 32 threads
//   with 2048 bytes of shared memory
//
// `out` has to equal `expected` bit for bit, but for the sums of primitives_mma, which tensor cores
// round in their own way: within 1e-5 of the sum of the magnitudes, and |in| is to be at most 1.
#include "device.cuh"
#include "primitives.cuh"

constexpr int OUTPUTS = 256;

__device__ uint32_t pair(const bf16* lower, const bf16* upper) {
  uint32_t low = *reinterpret_cast<const uint16_t*>(lower);
  uint32_t high = *reinterpret_cast<const uint16_t*>(upper);
  return low | high << 16;
}

__device__ float part(uint32_t pair, int upper) {
  return __uint_as_float(upper != 0 ? pair & 0xFFFF0000 : pair << 16);
}

// Two products: D[16,8] = A[16,16]·B[16,8] + C[16,8], all row-major, A then B then C, 512 elements
// a product.
KERNEL(primitives_mma_bf16)(float* out, float* expected, const bf16* in) {
  int lane = threadIdx.x, g = lane / 4, t = lane % 4;
  for (int product = 0; product < 2; product++) {
    const bf16 *A = in + product * 512, *B = A + 256, *C = B + 128;
    uint32_t a[4], b[2];
    float c[4];
    for (int r = 0; r < 4; r++) {
      const bf16* first = &A[(g + r % 2 * 8) * 16 + 2 * t + r / 2 * 8];
      a[r] = pair(first, first + 1);
      c[r] = to_float(C[(g + r / 2 * 8) * 8 + 2 * t + r % 2]);
    }
    for (int r = 0; r < 2; r++)
      b[r] = pair(&B[(2 * t + r * 8) * 8 + g], &B[(2 * t + r * 8 + 1) * 8 + g]);
    mma_m16n8k16(c, a, b, c);
    for (int r = 0; r < 4; r++) {
      int row = g + r / 2 * 8, column = 2 * t + r % 2;
      out[product * 128 + row * 8 + column] = c[r];
    }
    for (int element = lane; element < 128; element += WARP_SIZE) {
      int row = element / 8, column = element % 8;
      float sum = to_float(C[element]);
      for (int k = 0; k < 16; k++) sum += to_float(A[row * 16 + k]) * to_float(B[k * 8 + column]);
      expected[product * 128 + element] = sum;
    }
  }
}
KERNEL_END(primitives_mma_bf16)

// Four matrices of 8 × 8 that lie one after the other, N at a time.
template <int N, bool TRANSPOSED>
__device__ void check_load_matrices(float* out, float* expected, const bf16* in) {
  SharedMemory shared;
  bf16* matrices = shared.tile<bf16>(OUTPUTS);
  int lane = threadIdx.x, g = lane / 4, t = lane % 4;
  for (int i = lane; i < OUTPUTS; i += WARP_SIZE) matrices[i] = in[i];
  __syncthreads();
  for (int first = 0; first < 4; first += N) {
    uint32_t m[N];
    const bf16* row = &matrices[(first + lane / 8 % N) * 64 + lane % 8 * 8];
    if constexpr (TRANSPOSED) {
      load_matrices_transposed(m, row);
    } else {
      load_matrices(m, row);
    }
    for (int i = 0; i < N; i++) {
      for (int upper = 0; upper < 2; upper++) {
        int at = (first + i) * 64 + lane * 2 + upper;
        int along = 2 * t + upper;
        out[at] = part(m[i], upper);
        expected[at] =
            to_float(in[(first + i) * 64 + (TRANSPOSED ? along * 8 + g : g * 8 + along)]);
      }
    }
  }
}

#define CHECK_LOAD_MATRICES(name, n, transposed)              \
  KERNEL(name)(float* out, float* expected, const bf16* in) { \
    check_load_matrices<n, transposed>(out, expected, in);    \
  }                                                           \
  KERNEL_END(name)

CHECK_LOAD_MATRICES(primitives_ldmatrix_x1_bf16, 1, false)
CHECK_LOAD_MATRICES(primitives_ldmatrix_x2_bf16, 2, false)
CHECK_LOAD_MATRICES(primitives_ldmatrix_x4_bf16, 4, false)
CHECK_LOAD_MATRICES(primitives_ldmatrix_x1_trans_bf16, 1, true)
CHECK_LOAD_MATRICES(primitives_ldmatrix_x2_trans_bf16, 2, true)
CHECK_LOAD_MATRICES(primitives_ldmatrix_x4_trans_bf16, 4, true)

// 256 elements in two groups of copies; every seventh copy is told that nothing is there. Lanes
// read what others copied.
template <int BYTES>
__device__ void check_copy_async(float* out, float* expected, const bf16* in) {
  constexpr int AT_ONCE = BYTES / sizeof(bf16);
  constexpr int COPIES = OUTPUTS / AT_ONCE;
  SharedMemory shared;
  bf16* first = shared.tile<bf16>(OUTPUTS);
  bf16* second = shared.tile<bf16>(OUTPUTS);
  for (int i = threadIdx.x; i < COPIES; i += WARP_SIZE)
    copy_async<BYTES>(&first[i * AT_ONCE], &in[i * AT_ONCE], i % 7 != 3);
  copy_async_commit();
  for (int i = threadIdx.x; i < COPIES; i += WARP_SIZE)
    copy_async<BYTES>(&second[i * AT_ONCE], &in[OUTPUTS + i * AT_ONCE]);
  copy_async_commit();
  copy_async_wait<1>();
  __syncthreads();
  for (int i = threadIdx.x; i < OUTPUTS; i += WARP_SIZE) {
    int other = OUTPUTS - 1 - i;
    out[i] = to_float(first[other]);
    expected[i] = other / AT_ONCE % 7 != 3 ? to_float(in[other]) : 0.0f;
  }
  copy_async_wait<0>();
  __syncthreads();
  for (int i = threadIdx.x; i < OUTPUTS; i += WARP_SIZE) {
    int other = OUTPUTS - 1 - i;
    out[i] += to_float(second[other]);
    expected[i] += to_float(in[OUTPUTS + other]);
  }
}

KERNEL(primitives_copy_async_4_bf16)(float* out, float* expected, const bf16* in) {
  check_copy_async<4>(out, expected, in);
}
KERNEL_END(primitives_copy_async_4_bf16)
KERNEL(primitives_copy_async_8_bf16)(float* out, float* expected, const bf16* in) {
  check_copy_async<8>(out, expected, in);
}
KERNEL_END(primitives_copy_async_8_bf16)
KERNEL(primitives_copy_async_16_bf16)(float* out, float* expected, const bf16* in) {
  check_copy_async<16>(out, expected, in);
}
KERNEL_END(primitives_copy_async_16_bf16)

// Eight exchanges of one value a lane.
KERNEL(primitives_shuffle_bf16)(float* out, float* expected, const bf16* in) {
  constexpr unsigned ALL = 0xFFFFFFFF;
  int lane = threadIdx.x;
  float mine = to_float(in[lane]);
  unsigned negative = 0;
  for (int i = 0; i < WARP_SIZE; i++) negative |= unsigned(to_float(in[i]) < 0.0f) << i;
  auto put = [&](int row, float got, float wanted) {
    out[row * WARP_SIZE + lane] = got;
    expected[row * WARP_SIZE + lane] = wanted;
  };
  put(0, __shfl_xor_sync(ALL, mine, 5), to_float(in[lane ^ 5]));
  put(1, __shfl_up_sync(ALL, mine, 3), to_float(in[lane >= 3 ? lane - 3 : lane]));
  put(2, __shfl_down_sync(ALL, mine, 7), to_float(in[lane + 7 < WARP_SIZE ? lane + 7 : lane]));
  put(3, __shfl_sync(ALL, mine, (lane * 11 + 2) % WARP_SIZE),
      to_float(in[(lane * 11 + 2) % WARP_SIZE]));
  put(4, __shfl_down_sync(ALL, mine, 2, 8), to_float(in[lane % 8 + 2 < 8 ? lane + 2 : lane]));
  put(5, __shfl_sync(ALL, mine, 1, 4), to_float(in[lane / 4 * 4 + 1]));
  put(6, float(__ballot_sync(ALL, mine < 0.0f) >> lane & 1), float(negative >> lane & 1));
  put(7, float(__any_sync(ALL, mine < 0.0f) * 2 + __all_sync(ALL, mine < 0.0f)),
      float((negative != 0) * 2 + (negative == ALL)));
}
KERNEL_END(primitives_shuffle_bf16)
