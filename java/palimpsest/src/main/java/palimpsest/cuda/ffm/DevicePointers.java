package palimpsest.cuda.ffm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Functions as their headers have them, but for pointers of the device's, which are numbers here: a
 * memory segment for each would leave them on the heap, call by call.
 */
final class DevicePointers {
  private DevicePointers() {}

  /**
   * @param arguments which of the function's are pointers of the device's, from 0
   */
  static MethodHandle asNumbers(
      MemorySegment function, FunctionDescriptor descriptor, int... arguments) {
    MemoryLayout[] layouts = descriptor.argumentLayouts().toArray(MemoryLayout[]::new);
    for (int argument : arguments) {
      layouts[argument] = JAVA_LONG;
    }
    return Linker.nativeLinker()
        .downcallHandle(
            function, FunctionDescriptor.of(descriptor.returnLayout().orElseThrow(), layouts));
  }
}
