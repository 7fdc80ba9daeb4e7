package palimpsest.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import palimpsest.base.UserException;

/** The weights that a finished run kept of one seed and one method. */
public final class Checkpoints {
  private static final Pattern STEP = Pattern.compile("step-(\\d+)");
  private static final String WEIGHTS = "model.safetensors";

  private final RunFolder run;
  private final Config config;
  private final String method;
  private final int lastStep;
  private final Path pretraining;
  private final Path task0;
  private final Path task1;

  /**
   * @param method as results name it
   * @param lastStep how many steps task 1 took
   */
  public Checkpoints(RunFolder run, Config config, long seed, String method, int lastStep) {
    this.run = run;
    this.config = config;
    this.method = method;
    this.lastStep = lastStep;
    this.pretraining = folder(seed, "pretrain", null);
    this.task0 = folder(seed, "task0", null);
    this.task1 = folder(seed, "task1", method);
  }

  private Path folder(long seed, String phase, String of) {
    return run.checkpoints().resolve(new Phase.Label(seed, phase, of, null, 0).folder());
  }

  /** Steps of task 1 that were kept, from 0 to the end, in order. */
  public List<Integer> task1Steps() {
    SortedSet<Integer> steps = steps(task1);
    steps.addAll(List.of(0, config.recovery().earlyStep(), lastStep));
    return steps.stream().filter(step -> isKept(new Checkpoint.Task1(step))).toList();
  }

  /** Steps of pretraining that were kept, in order; its end is not among them. */
  public List<Integer> pretrainingSteps() {
    return List.copyOf(steps(pretraining));
  }

  /** The step at which task 1 ended. */
  public int lastStep() {
    return lastStep;
  }

  /** Whether the weights are there, or can be drawn again. */
  public boolean isKept(Checkpoint checkpoint) {
    return checkpoint instanceof Checkpoint.Initial || find(checkpoint).isPresent();
  }

  /** The folder with the weights; a {@link UserException} if they were not kept. */
  public Path folder(Checkpoint checkpoint) {
    require("this", List.of(checkpoint));
    return find(checkpoint).orElseThrow();
  }

  /**
   * Refuses an analysis that needs weights which were not kept: says which, and what would have
   * kept them.
   *
   * @param who needs them
   */
  public void require(String who, Collection<? extends Checkpoint> needed) {
    List<Checkpoint> missing =
        needed.stream()
            .filter(checkpoint -> !isKept(checkpoint))
            .map(Checkpoint.class::cast)
            .distinct()
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    throw new UserException(
        "%s: %s needs weights of %s that the run did not keep (%s); %s"
            .formatted(
                run.root(),
                who,
                method,
                missing.stream().map(Checkpoint::text).collect(Collectors.joining(", ")),
                new KeepingAdvice(run, config, method, lastStep).about(missing, task1Steps())));
  }

  private Optional<Path> find(Checkpoint checkpoint) {
    Path folder =
        switch (checkpoint) {
          case Checkpoint.Initial _ -> throw new IllegalArgumentException("drawn from the seed");
          case Checkpoint.Pretraining(int step) -> pretraining.resolve(PhaseFolder.step(step));
          case Checkpoint.Pretrained _ -> pretraining.resolve(PhaseFolder.LAST);
          case Checkpoint.Task1(int step) -> task1(step);
        };
    return Optional.of(folder).filter(found -> Files.exists(found.resolve(WEIGHTS)));
  }

  private Path task1(int step) {
    if (step == 0) {
      return task0.resolve(PhaseFolder.LAST);
    }
    if (step == lastStep && config.data().tasks() == 2) {
      return task1.resolve(PhaseFolder.LAST);
    }
    return task1.resolve(
        step == config.recovery().earlyStep() ? PhaseFolder.EARLY : PhaseFolder.step(step));
  }

  private static SortedSet<Integer> steps(Path phase) {
    var steps = new TreeSet<Integer>();
    if (!Files.isDirectory(phase)) {
      return steps;
    }
    try (Stream<Path> entries = Files.list(phase)) {
      entries
          .map(entry -> STEP.matcher(entry.getFileName().toString()))
          .filter(Matcher::matches)
          .forEach(name -> steps.add(Integer.valueOf(name.group(1))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return steps;
  }
}
