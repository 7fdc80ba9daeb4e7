package palimpsest.ops.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import palimpsest.base.EnvironmentException;
import palimpsest.io.NativeFolder;

/**
 * A library of machine code that has been unpacked, checked and loaded, for the rest of the
 * process.
 *
 * @param name as people call it
 */
record LoadedLibrary(String name, SymbolLookup symbols) {
  private static final Linker LINKER = Linker.nativeLinker();

  /** A file as it was released with the version that the build names. */
  record Native(String file, String sha256) {}

  /**
   * Loads the last of some files after those that it needs: these come first and by their paths,
   * each from our own folder, so that the linker has them by name already and takes no other of
   * that name from elsewhere.
   *
   * @param resources the folder of the class path that they are in, from the root
   * @throws EnvironmentException if they are not there or cannot be loaded here
   */
  static LoadedLibrary open(String name, String resources, List<Native> files) {
    try (NativeFolder folder = NativeFolder.create("blas")) {
      SymbolLookup last = null;
      for (Native file : files) {
        Path path = folder.addResource(resources + file.file(), file.sha256());
        last = SymbolLookup.libraryLookup(path, Arena.global());
      }
      return new LoadedLibrary(name, last);
    } catch (IllegalArgumentException e) {
      throw new EnvironmentException(
          ("%s could not be loaded from %s (%s); it needs Linux x86-64 and 100 MB in a folder that"
                  + " allows programs: PALIMPSEST_JAVA_OPTIONS=-Djava.io.tmpdir=FOLDER")
              .formatted(name, System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    }
  }

  MethodHandle function(String function, FunctionDescriptor descriptor) {
    MemorySegment address =
        symbols
            .find(function)
            .orElseThrow(
                () -> new EnvironmentException("%s has no function %s".formatted(name, function)));
    return LINKER.downcallHandle(address, descriptor);
  }

  /** What a function without parameters points to. */
  MemorySegment pointer(String function, long bytes) {
    try {
      MethodHandle handle = function(function, FunctionDescriptor.of(ValueLayout.ADDRESS));
      return ((MemorySegment) handle.invokeExact()).reinterpret(bytes);
    } catch (Throwable e) {
      throw new IllegalStateException(function, e);
    }
  }
}
