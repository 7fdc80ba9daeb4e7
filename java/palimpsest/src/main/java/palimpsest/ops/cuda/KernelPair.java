package palimpsest.ops.cuda;

import palimpsest.ops.DType;
import palimpsest.ops.Tensor;

/** A kernel for fp32 and the same for bf16; a tensor says which. */
record KernelPair(Kernel fp32, Kernel bf16) {
  /**
   * @param name without its dtype
   */
  static KernelPair of(KernelModule module, String name) {
    return of(module, name, "");
  }

  /**
   * @param suffix behind the dtype
   */
  static KernelPair of(KernelModule module, String name, String suffix) {
    return new KernelPair(
        module.kernel(name + "_fp32" + suffix), module.kernel(name + "_bf16" + suffix));
  }

  Kernel of(Tensor tensor) {
    return of(tensor.dtype());
  }

  Kernel of(DType dtype) {
    return switch (dtype) {
      case FP32 -> fp32;
      case BF16 -> bf16;
      case INT32 -> throw new IllegalArgumentException("no " + fp32.name() + " for integers");
    };
  }
}
