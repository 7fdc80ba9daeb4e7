package palimpsest.lab.profile;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import palimpsest.base.StopRequest;
import palimpsest.data.Batch;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;
import palimpsest.ops.profile.ProfiledDevice;
import palimpsest.ops.profile.StepTimeline;
import palimpsest.ops.work.Ceilings;
import palimpsest.train.Learner;

/**
 * Takes training steps, every second one recorded: those between say what a step takes when nobody
 * looks, and the two together what looking costs.
 */
public final class StepProfiler {
  private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();
  private static final int FEWEST_WARM_UPS = 5;

  /**
   * The compiler has been quiet for so long before anything is measured, or for the longest time.
   */
  private static final long QUIET = 500_000_000;

  private final Subject subject;
  private final int steps;
  private final Duration longestWarmUp;
  private final StopRequest stop;

  /**
   * @param steps that are recorded
   * @param longestWarmUp before them, if the compiler is not quiet sooner
   */
  public StepProfiler(Subject subject, int steps, Duration longestWarmUp, StopRequest stop) {
    this.subject = subject;
    this.steps = steps;
    this.longestWarmUp = longestWarmUp;
    this.stop = stop;
  }

  /**
   * What was measured.
   *
   * @param plain seconds of the steps that were not recorded
   * @param recorded the others
   * @param tokens positions of a step, B T
   * @param time T
   * @param counted positions of a step whose target counts, on average
   * @param peakBytes the most that was allocated at one time
   */
  public record Measured(
      Ceilings ceilings,
      List<Double> plain,
      List<StepTimeline> recorded,
      int tokens,
      int time,
      double counted,
      long peakBytes) {}

  /**
   * Profiles steps on a device.
   *
   * @param ceilings what one of its lanes does at most
   */
  public Measured on(Device device, Ceilings ceilings) {
    ProfiledDevice profiled = new ProfiledDevice(device);
    try (Parameters parameters = new Parameters(profiled, subject.model());
        Learner learner = new Learner(profiled, parameters, subject.memory())) {
      parameters.initialise(subject.initialisation(), 1);
      learner.begin(subject.recipe(), subject.freeze());
      warmUp(profiled, learner);
      return measure(profiled, learner, ceilings);
    } finally {
      profiled.close();
    }
  }

  private void warmUp(ProfiledDevice device, Learner learner) {
    long began = System.nanoTime();
    long quietSince = began;
    long compiled = COMPILER.getTotalCompilationTime();
    for (int step = 0; ; step++) {
      stop.check();
      Batch batch = subject.batches().get();
      if (step % 2 == 0) {
        device.step(() -> learner.step(batch));
      } else {
        device.recordedStep(() -> learner.step(batch));
      }
      long now = System.nanoTime();
      if (COMPILER.getTotalCompilationTime() != compiled) {
        compiled = COMPILER.getTotalCompilationTime();
        quietSince = now;
      }
      boolean settled = now - quietSince > QUIET || now - began > longestWarmUp.toNanos();
      if (step >= FEWEST_WARM_UPS && settled) {
        return;
      }
    }
  }

  private Measured measure(ProfiledDevice device, Learner learner, Ceilings ceilings) {
    List<Double> plain = new ArrayList<>();
    List<StepTimeline> recorded = new ArrayList<>();
    double counted = 0;
    int tokens = 0;
    int time = 0;
    for (int step = 0; step < steps; step++) {
      stop.check();
      Batch first = subject.batches().get();
      time = first.length();
      tokens = first.rows() * time;
      plain.add(device.step(() -> learner.step(first)));
      Batch second = subject.batches().get();
      recorded.add(device.recordedStep(() -> learner.step(second)));
      counted += second.counted();
    }
    return new Measured(
        ceilings, plain, recorded, tokens, time, counted / steps, device.peakBytes());
  }
}
