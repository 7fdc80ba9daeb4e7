package palimpsest.cuda.jcuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import palimpsest.base.EnvironmentException;
import palimpsest.io.NativeFolder;

/**
 * JCuda's native halves. Its own loader unpacks them into the temporary folder and takes whatever
 * already lies there under their name, whoever put it there. It asks for that folder by a system
 * property, when it loads: for that moment the property names a folder that is ours alone, and in
 * it lie the files as they were released.
 */
enum JcudaNatives {
  DRIVER(
      "libJCudaDriver-12.6.0-linux-x86_64.so",
      "fdc3b4b4fca4f0fab54ff12c0b4d6ad1c5e8d55015b4950834c705e5db301255"),
  CUBLAS(
      "libJCublas2-12.6.0-linux-x86_64.so",
      "990b2129e540a7f93d0776799d48659dc85e4f7f5bfb6473d0c8369ef8126c32");

  private static final String TEMPORARY_FOLDER = "java.io.tmpdir";

  private final String file;
  private final String sha256;

  JcudaNatives(String file, String sha256) {
    this.file = file;
    this.sha256 = sha256;
  }

  /**
   * @param jcuda makes JCuda load the library
   */
  void load(Runnable jcuda) {
    try (InputStream content = JcudaNatives.class.getResourceAsStream("/lib/" + file)) {
      if (content == null) {
        throw new EnvironmentException(
            "--driver jcuda: no lib/%s on the class path; JCuda's natives for linux-x86_64 hold it"
                .formatted(file));
      }
      try (NativeFolder folder = NativeFolder.create("jcuda")) {
        folder.add(file, content, sha256);
        loadFrom(folder.path().toString(), jcuda);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void loadFrom(String folder, Runnable jcuda) {
    String before = System.setProperty(TEMPORARY_FOLDER, folder);
    try {
      jcuda.run();
    } catch (UnsatisfiedLinkError e) {
      throw new EnvironmentException(
          "--driver jcuda: %s cannot be loaded: %s".formatted(file, reason(e)), e);
    } finally {
      System.setProperty(TEMPORARY_FOLDER, before);
    }
  }

  /** JCuda says it in a page of stack traces: what the linker said last is the reason. */
  private static String reason(UnsatisfiedLinkError e) {
    List<String> links =
        e.getMessage()
            .lines()
            .filter(line -> line.startsWith("java.lang.UnsatisfiedLinkError: "))
            .toList();
    return links.isEmpty()
        ? e.getMessage().lines().findFirst().orElse("")
        : links.getLast().substring("java.lang.UnsatisfiedLinkError: ".length());
  }
}
