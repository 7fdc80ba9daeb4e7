package palimpsest.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import palimpsest.data.Batch;
import palimpsest.data.Question;
import palimpsest.model.FreezePlan;
import palimpsest.train.GradientHook;
import palimpsest.train.Pupil;
import palimpsest.train.Recipe;
import palimpsest.train.Scored;
import palimpsest.train.StepReport;
import palimpsest.train.Term;

/**
 * A model that behaves like one in the story, and takes no time: knowledge comes with pretraining,
 * alignment to questions with steps on old questions and leaves with steps on new ones, and a new
 * question is known once it was seen often enough. The first token of a question is its number.
 */
final class FakeModel implements TrainableModel {
  /** Questions with smaller numbers are about pretrained people. */
  static final int FIRST_NEW = 1000;

  static final int OFTEN_ENOUGH = 3;

  private static final String FILE = "state.txt";
  private static final String STEPS = "steps.txt";

  private final Apparatus apparatus;
  private State state = new State(0, 0, new TreeMap<>());
  private Recipe recipe;
  private boolean frozen;
  private int steps;

  /** What the fakes of one test count and are told. */
  static final class Apparatus implements palimpsest.lab.Apparatus {
    int trained;
    final Set<Integer> numbers = new TreeSet<>();
    Runnable beforeStep = () -> {};
    double loss = 1;

    @Override
    public palimpsest.report.Results.Device device() {
      return new palimpsest.report.Results.Device("fake", "none", 1, "fake");
    }

    @Override
    public palimpsest.report.Results.Model describe(TaskStream stream) {
      return new palimpsest.report.Results.Model(4, 8, 2, 2000, 10);
    }

    @Override
    public TrainableModel create(TaskStream stream, long seed) {
      return new FakeModel(this);
    }
  }

  private record State(int pretrained, int alignment, TreeMap<Integer, Integer> seen) {}

  private FakeModel(Apparatus apparatus) {
    this.apparatus = apparatus;
  }

  @Override
  public void begin(Recipe recipe, FreezePlan freeze) {
    this.recipe = recipe;
    this.frozen = !freeze.frozen().isEmpty();
    this.steps = 0;
  }

  @Override
  public Pupil pupil() {
    return null; // there is nothing to look into
  }

  @Override
  public StepReport step(List<Term> terms, GradientHook hook) {
    Batch batch = terms.getFirst().batch();
    apparatus.beforeStep.run();
    apparatus.trained++;
    steps++;
    int old = 0;
    int oldNumbers = 0;
    int pretrained = state.pretrained();
    for (int row = 0; row < batch.rows(); row++) {
      int number = batch.tokens()[row * batch.length()];
      apparatus.numbers.add(number);
      if (number < 0) {
        pretrained++;
      } else if (number < FIRST_NEW) {
        old++;
        oldNumbers += number;
      } else {
        state.seen().merge(number, 1, Integer::sum);
      }
    }
    int change = 0;
    if (old == batch.rows()) {
      change = 20;
    } else if (old > 0) {
      change = -(oldNumbers % 5);
    } else if (pretrained == state.pretrained()) {
      change = frozen ? -3 : -20;
    }
    int alignment = Math.clamp(state.alignment() + change, 0, 100);
    state = new State(pretrained, alignment, state.seen());
    return new StepReport(
        steps, apparatus.loss, 0, recipe.rateAt(steps - 1), 1, batch.rows() * batch.length());
  }

  @Override
  public List<Scored> score(List<Question> questions) {
    var scored = new ArrayList<Scored>();
    for (Question question : questions) {
      int[] right = question.answerIds();
      scored.add(new Scored(question, knows(question) ? right : new int[right.length], 0.5));
    }
    return scored;
  }

  private boolean knows(Question question) {
    int number = question.promptIds()[0];
    if (number < 0) {
      return state.pretrained() > 0;
    }
    return number < FIRST_NEW
        ? number * 37 % 100 < state.alignment()
        : state.seen().getOrDefault(number, 0) >= OFTEN_ENOUGH;
  }

  @Override
  public long trainable(FreezePlan freeze) {
    return 10L - freeze.frozen().size();
  }

  @Override
  public void save(Path folder) {
    var lines = new ArrayList<String>();
    lines.add(state.pretrained() + " " + state.alignment());
    state.seen().forEach((number, times) -> lines.add(number + " " + times));
    try {
      Files.write(folder.resolve(FILE), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void load(Path folder) {
    try {
      List<String[]> lines =
          Files.readAllLines(folder.resolve(FILE)).stream().map(line -> line.split(" ")).toList();
      Map<Integer, Integer> seen = new TreeMap<>();
      lines
          .subList(1, lines.size())
          .forEach(pair -> seen.put(Integer.valueOf(pair[0]), Integer.valueOf(pair[1])));
      state =
          new State(
              Integer.parseInt(lines.getFirst()[0]),
              Integer.parseInt(lines.getFirst()[1]),
              new TreeMap<>(seen));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void saveForGoingOn(Path folder) {
    save(folder);
    try {
      Files.writeString(folder.resolve(STEPS), Integer.toString(steps));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void goOn(Path folder) {
    load(folder);
    try {
      steps = Integer.parseInt(Files.readString(folder.resolve(STEPS)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {}
}
