package palimpsest.ops.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What ptxas said of each kernel when it was compiled, for one architecture: the build's table
 * travels with the fatbin.
 *
 * @param kernel its name, which begins with its family
 * @param architecture such as {@code sm_90}
 * @param registers a thread
 * @param spillStores bytes of registers that had to go to memory, as {@code spillLoads}
 * @param stackBytes a thread
 * @param sharedBytes a block, those known when it was compiled
 */
public record KernelResources(
    String kernel,
    String architecture,
    int registers,
    int spillStores,
    int spillLoads,
    int stackBytes,
    int sharedBytes) {
  private static final String RESOURCE = "/palimpsest/cuda/registers.txt";
  private static final int COLUMNS = 7;

  /** The kernels of this build; empty where it had no {@code nvcc}. */
  public static Optional<List<KernelResources>> ofBuild() {
    try (InputStream in = KernelResources.class.getResourceAsStream(RESOURCE)) {
      return in == null
          ? Optional.empty()
          : Optional.of(parse(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A header and a line a kernel and architecture, as {@code cuda-kernels/build} writes them. */
  static List<KernelResources> parse(String table) {
    return table
        .lines()
        .skip(1)
        .filter(line -> !line.isBlank())
        .map(KernelResources::line)
        .toList();
  }

  private static KernelResources line(String line) {
    String[] words = line.strip().split("\\s+", -1);
    if (words.length != COLUMNS) {
      throw new IllegalArgumentException("not a line of ptxas's table: " + line);
    }
    return new KernelResources(
        words[0],
        words[1],
        Integer.parseInt(words[2]),
        Integer.parseInt(words[3]),
        Integer.parseInt(words[4]),
        Integer.parseInt(words[5]),
        Integer.parseInt(words[6]));
  }

  /** The file that the kernel is in, without its ending. */
  public String family() {
    int underscore = kernel.indexOf('_');
    return underscore < 0 ? kernel : kernel.substring(0, underscore);
  }

  /** What distinguishes it within its family. */
  public String variant() {
    int underscore = kernel.indexOf('_');
    return underscore < 0 ? "" : kernel.substring(underscore + 1);
  }
}
