package palimpsest.report;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.annotation.JsonDeserialize;

/**
 * What a run measured: {@code results.json}. A component that was not reached or not measured is
 * {@code null} and is written as {@code null}, never left out; lists and maps keep their order and
 * are never {@code null} themselves. Accuracies are shares between 0 and 1, losses are in nats.
 *
 * @param schema {@link #SCHEMA}
 * @param version of the program that wrote it
 * @param preset the name of the preset, or of the configuration file
 * @param summary method to quantity to its statistics over seeds; {@link Summary#of} computes it
 */
public record Results(
    int schema,
    String version,
    String preset,
    @JsonProperty(required = true) Device device,
    @JsonProperty(required = true) Model model,
    @JsonProperty(required = true) List<Task> tasks,
    @JsonProperty(required = true) List<Run> runs,
    Map<String, Map<String, Statistic>> summary) {

  /** The schema this program reads and writes. */
  public static final int SCHEMA = 1;

  /** The name of the file in a run folder. */
  public static final String FILE = "results.json";

  /** The method that every other one is compared with. */
  public static final String REFERENCE = "seq";

  /** Exact match on the new task at which methods are compared, as written in {@code matched}. */
  public static final List<String> THRESHOLDS = List.of("0.25", "0.5", "0.8", "0.95", "0.99");

  public Results {
    tasks = kept(tasks);
    runs = kept(runs);
    summary = kept(summary);
  }

  /** Reads and checks a file; every mistake in it is a {@code UserException} naming the field. */
  public static Results read(Path file) {
    return ResultsFile.read(file);
  }

  /** The results of a run's folder; a {@code UserException} where it is not a finished run's. */
  public static Results ofRun(Path folder) {
    return RunFolder.results(folder);
  }

  /** Writes atomically. A number that is not finite is written as {@code null}. */
  public void write(Path file) {
    ResultsFile.write(this, file);
  }

  /** The results of a run with their {@link Summary}. */
  public static Results of(
      String version, String preset, Device device, Model model, List<Task> tasks, List<Run> runs) {
    return new Results(
        SCHEMA, version, preset, device, model, tasks, runs, Summary.of(tasks, runs));
  }

  /** The methods of any seed, the reference first, the others in the order they first appear. */
  public List<String> methods() {
    return methods(runs);
  }

  static List<String> methods(List<Run> runs) {
    var names = new LinkedHashSet<String>();
    runs.forEach(run -> names.addAll(run.methods().keySet()));
    var ordered = new ArrayList<>(names);
    if (ordered.remove(REFERENCE)) {
      ordered.addFirst(REFERENCE);
    }
    return ordered;
  }

  /**
   * @param fingerprint what the bits depend on: BLAS core and version, vector width, threads, JDK
   */
  public record Device(String kind, String name, int threads, String fingerprint) {}

  public record Model(int layers, int width, int heads, int vocabulary, long parameters) {}

  /**
   * @param kind {@code generalise} (questions about held-out people) or {@code memorise}
   */
  public record Task(@JsonProperty(required = true) int task, String name, String kind) {}

  /** One seed: an independent replicate of the whole chain. */
  public record Run(
      @JsonProperty(required = true) long seed,
      Pretrain pretrain,
      List<Floor> floor,
      @JsonProperty(required = true) Map<String, Method> methods) {
    public Run {
      floor = kept(floor);
      methods = kept(methods);
    }
  }

  /** Pretraining on the biographies. */
  public record Pretrain(
      Integer steps,
      Long tokens,
      Double seconds,
      Double tokensPerSecond,
      Double loss,
      Accuracy bioRecall) {}

  /** The two shares of questions answered rightly: wholly, and in their first token. */
  public record Accuracy(Double exactMatch, Double firstToken) {}

  /**
   * What always giving each attribute's most frequent answer scores.
   *
   * @param attributes the same for each attribute
   */
  public record Floor(
      int task, Double exactMatch, Double firstToken, Map<String, Accuracy> attributes) {
    public Floor {
      attributes = kept(attributes);
    }
  }

  /**
   * One method on one seed.
   *
   * @param before the scores when task 1 begins, on every task and split there is
   * @param curve evaluations while learning tasks 1, 2, …
   * @param matched for each of {@link #THRESHOLDS} the first evaluation at which the last task was
   *     known so well; the value is {@code null} where that was not reached
   * @param finalScores the scores when the last task ends
   * @param stopped {@code target} (the new task was learned) or {@code limit} (out of steps)
   * @param recovery {@code null} where the recovery test was not run
   * @param metrics name to value, as {@link palimpsest.continual.Metrics} names them
   * @param notes what the method noticed about itself, such as {@code task_id_accuracy}
   * @param tradeOff what merging weights otherwise would have given; empty where nothing is merged
   * @param repeats the same phases trained again on the same seed with other orders ({@code
   *     --repeats}); they never enter the statistics over seeds
   */
  public record Method(
      List<DetailedScore> before,
      List<CurvePoint> curve,
      @JsonSetter(contentNulls = Nulls.SET) Map<String, Matched> matched,
      @JsonProperty("final") List<DetailedScore> finalScores,
      String stopped,
      Recovery recovery,
      Matrix matrix,
      @JsonSetter(contentNulls = Nulls.SET) Map<String, Double> metrics,
      Cost cost,
      @JsonSetter(contentNulls = Nulls.SET) Map<String, Double> notes,
      List<TradeOff> tradeOff,
      List<Method> repeats) {
    /** The same with other scores of the references to hold it against. */
    public Method with(Matrix changed, Map<String, Double> computed) {
      return new Method(
          before,
          curve,
          matched,
          finalScores,
          stopped,
          recovery,
          changed,
          computed,
          cost,
          notes,
          tradeOff,
          repeats);
    }

    public Method {
      notes = kept(notes);
      tradeOff = kept(tradeOff);
      before = kept(before);
      curve = kept(curve);
      matched = kept(matched);
      finalScores = kept(finalScores);
      metrics = kept(metrics);
      repeats = kept(repeats);
    }

    /** Of a method that noted nothing. */
    public Method(
        List<DetailedScore> before,
        List<CurvePoint> curve,
        Map<String, Matched> matched,
        List<DetailedScore> finalScores,
        String stopped,
        Recovery recovery,
        Matrix matrix,
        Map<String, Double> metrics,
        Cost cost,
        List<Method> repeats) {
      this(
          before,
          curve,
          matched,
          finalScores,
          stopped,
          recovery,
          matrix,
          metrics,
          cost,
          null,
          null,
          repeats);
    }
  }

  /**
   * Scores of the weights of a step of a task, less a share of the way that the whole task went.
   *
   * @param training the task that was learned
   * @param alpha the share
   * @param scores on each task up to it; of the task itself on the first of its people
   */
  public record TradeOff(int training, int step, double alpha, List<Score> scores) {
    public TradeOff {
      scores = kept(scores);
    }
  }

  /**
   * @param split {@code train}, {@code dev} or {@code test}
   * @param loss mean negative log-likelihood over answer and end tokens
   */
  public record Score(int task, String split, Double exactMatch, Double firstToken, Double loss) {}

  /**
   * A {@link Score} that says how each attribute fared.
   *
   * @param attributes attribute to its two shares, such as {@code birth_city}
   */
  public record DetailedScore(
      int task,
      String split,
      Double exactMatch,
      Double firstToken,
      Double loss,
      Map<String, Accuracy> attributes) {
    public DetailedScore {
      attributes = kept(attributes);
    }
  }

  /**
   * One evaluation.
   *
   * @param training the task being learned
   * @param step steps of that task done so far
   */
  public record CurvePoint(
      @JsonProperty(required = true) int training,
      @JsonProperty(required = true) int step,
      Accuracy bioRecall,
      List<Score> scores) {
    public CurvePoint {
      scores = kept(scores);
    }
  }

  /** The first evaluation at which a threshold was met; its scores are those reported. */
  public record Matched(@JsonProperty(required = true) int step, List<Score> scores) {
    public Matched {
      scores = kept(scores);
    }
  }

  /**
   * The same retraining on task 0 from three starting points, measured on its {@code test} people.
   *
   * @param early from the checkpoint soon after task 1 began
   * @param last from the end of the last task
   * @param control from the pretrained model that never saw a question
   * @param knowledgeKept (recovered − floor) / (control − floor)
   */
  public record Recovery(
      RecoveryCurve early,
      RecoveryCurve last,
      ControlCurve control,
      @JsonProperty("steps_to_90") StepsTo90 stepsTo90,
      Savings savings,
      Double knowledgeKept) {}

  public record RecoveryCurve(Integer fromStep, List<RecoveryPoint> curve) {
    public RecoveryCurve {
      curve = kept(curve);
    }
  }

  public record ControlCurve(List<RecoveryPoint> curve) {
    public ControlCurve {
      curve = kept(curve);
    }
  }

  public record RecoveryPoint(int step, Double exactMatch, Double firstToken) {}

  /**
   * Steps until 90 % of the exact match before task 1, on the straight lines between evaluations,
   * rounded up; {@code null} where it was not reached.
   */
  public record StepsTo90(Integer early, Integer last, Integer control) {}

  /** 1 − steps to 90 % from here / steps to 90 % of the control. */
  public record Savings(Double early, Double last) {}

  /**
   * The accuracy matrix, T x T.
   *
   * @param r row i: the scores on every task after learning task i; {@code null} in the cells that
   *     a method has no score for, such as the first row where all tasks were learned at once
   * @param baseline scores of the model before any task
   * @param single scores of models trained on one task alone, or {@code null}
   * @param joint scores of a model trained on all tasks at once, or {@code null}
   */
  public record Matrix(
      String metric,
      @JsonProperty("R") @JsonDeserialize(using = Cells.class) List<List<Double>> r,
      @JsonSetter(contentNulls = Nulls.SET) List<Double> baseline,
      @JsonSetter(contentNulls = Nulls.SET) List<Double> single,
      @JsonSetter(contentNulls = Nulls.SET) List<Double> joint) {
    public Matrix {
      r = kept(r);
    }
  }

  /**
   * What the method took, from the start of task 1.
   *
   * @param extraBytes kept beside the model: stored questions, old weights
   * @param addedParameters beside the model's own at the end, those of all tasks together
   * @param frozen the components that kept their weights in the last task
   */
  public record Cost(
      Double seconds,
      Integer steps,
      Long trainableParameters,
      Long extraBytes,
      Long addedParameters,
      List<String> frozen) {
    public Cost {
      frozen = kept(frozen);
    }
  }

  /**
   * A quantity over seeds.
   *
   * @param n seeds that have it
   * @param values one a seed, in the order of {@code runs}; {@code null} where a seed has none
   * @param ci95 half the width of the 95 % t interval of the mean; {@code null} below two seeds
   * @param pairs seeds on which {@code seq} has it as well
   * @param differenceToSeq mean over those of this method minus {@code seq}
   * @param differenceCi95 half the width of that paired difference's 95 % t interval; {@code null}
   *     below two pairs, as all p
   * @param p of the two-sided paired t test
   * @param pHolm that p, adjusted by Holm for the methods of the run that are compared with {@code
   *     seq}
   * @param pSignFlip of the exact two-sided sign-flip permutation test on the same differences;
   *     {@code null} below six pairs, where it cannot fall to 5 %
   */
  public record Statistic(
      int n,
      @JsonSetter(contentNulls = Nulls.SET) List<Double> values,
      Double mean,
      Double ci95,
      Integer pairs,
      Double differenceToSeq,
      Double differenceCi95,
      Double p,
      Double pHolm,
      Double pSignFlip) {
    /** Of a quantity that no seed has. */
    public static final Statistic NONE =
        new Statistic(0, List.of(), null, null, 0, null, null, null, null, null);

    public Statistic {
      values = kept(values);
    }

    Statistic withHolm(Double adjusted) {
      return new Statistic(
          n, values, mean, ci95, pairs, differenceToSeq, differenceCi95, p, adjusted, pSignFlip);
    }
  }

  private static <T> List<T> kept(List<T> list) {
    return list == null ? List.of() : Collections.unmodifiableList(new ArrayList<>(list));
  }

  private static <T> Map<String, T> kept(Map<String, T> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
