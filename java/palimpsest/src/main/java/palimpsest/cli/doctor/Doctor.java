package palimpsest.cli.doctor;

import java.nio.file.Path;
import java.util.List;

/** Looks at the machine. */
public final class Doctor {
  private Doctor() {}

  /** Everything that was looked at, the necessary first. */
  public static List<Finding> examine() {
    return List.of(
        Machine.system(),
        Machine.jdk(),
        Machine.memory(),
        Machine.disk(Path.of("")),
        Machine.blasEnvironment(System.getenv()),
        Machine.gpu(),
        Tools.transformers(),
        Tools.cudaCompiler(),
        Tools.compiler());
  }
}
