#include "registration.h"

namespace simulator {

// Set before any constructor runs, so kernels may register in any order.
static Kernel* first_kernel = nullptr;

void register_kernel(Kernel& kernel) {
  kernel.next = first_kernel;
  first_kernel = &kernel;
}

const Kernel* kernels() { return first_kernel; }

}  // namespace simulator
