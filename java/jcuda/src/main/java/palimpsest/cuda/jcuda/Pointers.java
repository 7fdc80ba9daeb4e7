package palimpsest.cuda.jcuda;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import jcuda.NativePointerObject;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;

/**
 * Addresses as JCuda's objects, and back. JCuda keeps the address in a private field that only its
 * native half sets; no constructor takes one for most of its types.
 */
final class Pointers {
  private static final VarHandle ADDRESS;

  static {
    try {
      ADDRESS =
          MethodHandles.privateLookupIn(NativePointerObject.class, MethodHandles.lookup())
              .findVarHandle(NativePointerObject.class, "nativePointer", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private Pointers() {}

  static <P extends NativePointerObject> P at(P object, long address) {
    ADDRESS.set(object, address);
    return object;
  }

  static long address(NativePointerObject object) {
    return (long) ADDRESS.get(object);
  }

  static CUdeviceptr device(long address) {
    return at(new CUdeviceptr(), address);
  }

  /** JCuda reads no more than the address: that the bytes are there is checked here. */
  static Pointer host(MemorySegment memory, long bytes) {
    if (!memory.isNative()) {
      throw new IllegalArgumentException("Heap segment not allowed: " + memory);
    }
    Objects.checkFromIndexSize(0, bytes, memory.byteSize());
    return at(new Pointer(), memory.address());
  }
}
