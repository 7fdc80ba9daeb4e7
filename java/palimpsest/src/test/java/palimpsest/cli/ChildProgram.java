package palimpsest.cli;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program in a process of its own, as these tests' own virtual machine was started. */
final class ChildProgram {
  /** Arguments of a run of seconds, but for its methods. */
  static final List<String> SMALL_RUN =
      List.of(
          "run",
          "micro",
          "--device",
          "cpu",
          "--threads",
          "2",
          "--set",
          "pretrain.steps=30",
          "--set",
          "task1.max_steps=15",
          "--set",
          "recovery.early_step=10");

  private ChildProgram() {}

  /**
   * The command line, but for the program's arguments.
   *
   * @param main the class in this package to start
   */
  static List<String> command(String main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--"))
        .forEach(command::add);
    command.add("-XX:+UseSerialGC");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("palimpsest.cli." + main);
    return command;
  }
}
