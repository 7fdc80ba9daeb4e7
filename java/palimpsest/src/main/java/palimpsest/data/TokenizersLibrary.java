package palimpsest.data;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import palimpsest.base.EnvironmentException;
import palimpsest.io.NativeFolder;

/**
 * The native half of Hugging Face's tokenizers. DJL's own loader unpacks it to a folder under the
 * home and takes whatever lies there under its name, or fetches another from the network where it
 * sees a GPU. A property tells it of a file instead, when it loads: for that moment the property
 * names one in a folder that is ours alone, as it was released.
 */
final class TokenizersLibrary {
  private static final String RESOURCE = "/native/lib/linux-x86_64/cpu/libtokenizers.so";
  private static final String SHA256 =
      "edf58c92155e0fe4fae5231e782a1f02deeb5881de7bbcd1195f6e25009da90a";

  /** Read from the environment first, and then from the properties. */
  private static final String PLACE = "RUST_LIBRARY_PATH";

  private static boolean loaded;

  private TokenizersLibrary() {}

  /** Loads it, on the first call. */
  static synchronized void load() {
    if (loaded) {
      return;
    }
    if (System.getenv(PLACE) != null) {
      throw new EnvironmentException(
          "the variable %s names another tokenizers library; unset it: the one that came with"
                  .formatted(PLACE)
              + " Palimpsest is used");
    }
    settle();
    try (NativeFolder folder = NativeFolder.create("tokenizers")) {
      System.setProperty(PLACE, folder.addResource(RESOURCE, SHA256).toString());
      LibUtils.checkStatus();
      loaded = true;
    } catch (EngineException | LinkageError e) {
      throw new EnvironmentException(
          "Hugging Face's tokenizers library cannot be loaded; it needs Linux x86-64: "
              + e.getMessage(),
          e);
    } finally {
      System.clearProperty(PLACE);
    }
  }

  private static void settle() {
    // Neither fetch anything nor report home.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    // Nothing here logs; SLF4J would say so on standard error.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
  }
}
