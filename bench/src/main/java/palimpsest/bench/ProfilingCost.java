package palimpsest.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import palimpsest.lab.profile.Subject;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.ops.profile.ProfiledDevice;
import palimpsest.ops.work.ModelShape;
import palimpsest.train.Learner;

/**
 * What a step costs when it is watched: three models alike, one on a plain device, one on a
 * profiled one that does not record, one that does, take steps in turn on one lane. The time is the
 * thread's own CPU time, so that other programs do not count; JMH's modes do not take turns. Prints
 * JSON.
 */
public final class ProfilingCost {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 60;

  private ProfilingCost() {}

  /** A model that takes steps. */
  private record Trainee(Parameters parameters, Learner learner, Subject subject) {
    static Trainee on(Device device) {
      Subject subject = Subject.ofShape(ModelShape.named("tiny"), 0);
      Parameters parameters = new Parameters(device, subject.model());
      parameters.initialise(subject.initialisation(), 1);
      Learner learner = new Learner(device, parameters);
      learner.begin(subject.recipe(), subject.freeze());
      return new Trainee(parameters, learner, subject);
    }

    void step() {
      learner.step(subject.batches().get());
    }

    void close() {
      learner.close();
      parameters.close();
    }
  }

  /** Takes as many steps of each kind as the first argument says; 200 without. */
  public static void main(String[] arguments) {
    int steps = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    CpuDevice cpu = new CpuDevice(1);
    ProfiledDevice off = new ProfiledDevice(cpu);
    ProfiledDevice on = new ProfiledDevice(cpu);
    Trainee plain = Trainee.on(cpu);
    Trainee watched = Trainee.on(off);
    Trainee recorded = Trainee.on(on);
    Runnable[] kinds = {plain::step, watched::step, () -> on.recordedStep(recorded::step)};
    double[][] seconds = new double[kinds.length][steps];
    for (int step = -WARM_UP; step < steps; step++) {
      for (int turn = 0; turn < kinds.length; turn++) {
        int kind = Math.floorMod(step + turn, kinds.length); // each is first, second and last
        long before = THREADS.getCurrentThreadCpuTime();
        kinds[kind].run();
        seconds[kind][Math.max(0, step)] = (THREADS.getCurrentThreadCpuTime() - before) * 1e-9;
      }
    }
    System.out.printf(
        "{\"what\": \"CPU seconds of a step of tiny on one lane, medians of %d in turn; ratios to the"
            + " step beside it, median and quartiles\",%n \"none\": %.6f, \"off\": %.6f, \"on\":"
            + " %.6f,%n \"off_over_none\": %s, \"on_over_none\": %s}%n",
        steps,
        quantile(seconds[0].clone(), 0.5),
        quantile(seconds[1].clone(), 0.5),
        quantile(seconds[2].clone(), 0.5),
        ratio(seconds[1], seconds[0]),
        ratio(seconds[2], seconds[0]));
    for (Trainee trainee : new Trainee[] {plain, watched, recorded}) {
      trainee.close();
    }
    off.close();
    on.close();
    cpu.close();
  }

  private static String ratio(double[] over, double[] under) {
    double[] ratios = new double[over.length];
    Arrays.setAll(ratios, i -> over[i] / under[i]);
    return "[%.4f, %.4f, %.4f]"
        .formatted(quantile(ratios, 0.25), quantile(ratios, 0.5), quantile(ratios, 0.75));
  }

  private static double quantile(double[] values, double share) {
    Arrays.sort(values);
    return values[(int) (share * (values.length - 1))];
  }
}

// To run it, after bench/run -l has built it:
//   java --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:+UseSerialGC \
//     -cp bench/target/benchmarks.jar palimpsest.bench.ProfilingCost 200
