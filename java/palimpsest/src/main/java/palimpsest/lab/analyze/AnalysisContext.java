package palimpsest.lab.analyze;

import java.util.List;
import palimpsest.analysis.Window;
import palimpsest.base.StopRequest;
import palimpsest.data.Question;
import palimpsest.lab.Checkpoint;
import palimpsest.lab.Checkpoints;
import palimpsest.lab.Config;
import palimpsest.lab.DeviceApparatus;
import palimpsest.lab.TaskStream;
import palimpsest.lab.TrainableModel;
import palimpsest.model.ModelFolder;
import palimpsest.model.ParameterLayout;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;
import palimpsest.report.Results;
import palimpsest.train.Learner;
import palimpsest.train.Scored;

/**
 * What an analysis works with: one seed of a finished run, one of its methods, and a model on a
 * device that takes any of its weights. The model is the context's own and has the weights that
 * were set last: an analysis sets what it needs.
 */
public final class AnalysisContext implements AutoCloseable {
  private final Subject subject;
  private final Device device;
  private final AnalysisProgress progress;
  private final StopRequest stop;
  private final Parameters parameters;
  private Learner learner;

  /**
   * What is looked at.
   *
   * @param results of this seed
   * @param method as results name it
   * @param stream the people and questions of this seed
   * @param window the steps between which task 0 was lost
   */
  public record Subject(
      Config config,
      Results.Run results,
      String method,
      TaskStream stream,
      Checkpoints checkpoints,
      Window window) {}

  /** The device stays the caller's. */
  AnalysisContext(Subject subject, Device device, AnalysisProgress progress, StopRequest stop) {
    this.subject = subject;
    this.device = device;
    this.progress = progress;
    this.stop = stop;
    int vocabulary = subject.stream().tokenizer().vocabulary();
    this.parameters = new Parameters(device, subject.config().model().shape(vocabulary));
  }

  public Config config() {
    return subject.config();
  }

  public long seed() {
    return subject.results().seed();
  }

  /** The method looked at: {@code seq}, unless another was asked for. */
  public String method() {
    return subject.method();
  }

  /** What the run measured on this seed. */
  public Results.Run results() {
    return subject.results();
  }

  /** What the run measured of the method looked at. */
  public Results.Method methodResults() {
    return subject.results().methods().get(subject.method());
  }

  public TaskStream stream() {
    return subject.stream();
  }

  public Checkpoints checkpoints() {
    return subject.checkpoints();
  }

  public Window window() {
    return subject.window();
  }

  public Device device() {
    return device;
  }

  /** Where each tensor lies in the flat weights. */
  public ParameterLayout layout() {
    return parameters.layout();
  }

  /** The model, with the weights that were set last. */
  public Parameters model() {
    return parameters;
  }

  /** Flat weights, laid out as {@link #layout} says; the model then has them, too. */
  public float[] weights(Checkpoint checkpoint) {
    set(checkpoint);
    return parameters.copy();
  }

  /** Gives the model the weights of a checkpoint. */
  public void set(Checkpoint checkpoint) {
    if (checkpoint instanceof Checkpoint.Initial) {
      parameters.initialise(config().model().initialisation(), seed());
    } else {
      ModelFolder.load(checkpoints().folder(checkpoint), parameters);
    }
  }

  /** Gives the model these flat weights. */
  public void set(float[] weights) {
    parameters.restore(weights);
  }

  /** The model's teacher-forced answers, in the order of the questions. */
  public List<Scored> score(List<Question> questions) {
    stop.check();
    return learner().score(questions);
  }

  private Learner learner() {
    if (learner == null) {
      learner = new Learner(device, parameters);
    }
    return learner;
  }

  /**
   * Another model that can be trained, as the run trained its own. Its weights are to be loaded
   * from the folder of a checkpoint; the caller closes it.
   */
  public TrainableModel trainable() {
    return new DeviceApparatus(config(), device).create(stream(), seed());
  }

  /**
   * Says how much is done, and looks whether to stop: to be called every second or so.
   *
   * @param share from 0 to 1
   */
  public void advanced(double share) {
    stop.check();
    progress.advanced(share);
  }

  /** A line for the reader of standard error. */
  public void note(String line) {
    progress.note(line);
  }

  @Override
  public void close() {
    if (learner != null) {
      learner.close();
    }
    parameters.close();
  }
}
