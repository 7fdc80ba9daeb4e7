package palimpsest.lab.analyze;

import java.util.ArrayList;
import java.util.List;
import palimpsest.analysis.probing.Labelled;
import palimpsest.analysis.probing.ProbedQuestions;
import palimpsest.analysis.probing.ProbedState;
import palimpsest.analysis.probing.ProbingFindings;
import palimpsest.data.Person;
import palimpsest.data.Population;
import palimpsest.data.Question;
import palimpsest.data.Questions;
import palimpsest.data.Splits;
import palimpsest.data.Tokenizer;
import palimpsest.lab.Checkpoint;
import palimpsest.lab.Config;
import palimpsest.train.HiddenStates;
import palimpsest.train.Scored;

/** Probes on hidden states: is the knowledge still in the weights? */
final class ProbingAnalysis implements Analysis {
  /** People that probes learn from, at most. */
  private static final int TRAIN_PEOPLE = 1000;

  /** People that they are judged by, at most. */
  private static final int TEST_PEOPLE = 500;

  @Override
  public String name() {
    return "probing";
  }

  @Override
  public String about() {
    return "what linear and prototype probes read off the hidden states after each phase";
  }

  @Override
  public List<Checkpoint> needs(AnalysisContext context) {
    return LifePhase.of(context).stream().map(LifePhase::checkpoint).toList();
  }

  @Override
  public ProbingFindings run(AnalysisContext context) {
    List<Asked> settings = settings(context.config(), context.seed(), context);
    List<LifePhase> life = LifePhase.of(context);
    List<List<ProbingFindings.Probed>> probed = new ArrayList<>();
    settings.forEach(_ -> probed.add(new ArrayList<>()));
    int done = 0;
    for (LifePhase phase : life) {
      context.set(phase.checkpoint());
      for (int i = 0; i < settings.size(); i++) {
        probed.get(i).add(probe(context, phase, settings.get(i).questions()));
        context.advanced(++done / (double) (life.size() * settings.size()));
      }
    }
    List<ProbingFindings.Setting> found = new ArrayList<>();
    for (int i = 0; i < settings.size(); i++) {
      Asked asked = settings.get(i);
      found.add(
          ProbingFindings.setting(
              asked.name(), asked.train(), asked.test(), asked.questions().floor(), probed.get(i)));
    }
    return new ProbingFindings(context.layout().config().layers(), found);
  }

  private static ProbingFindings.Probed probe(
      AnalysisContext context, LifePhase phase, ProbedQuestions probed) {
    List<Scored> answers = context.score(probed.tests());
    double observed = answers.stream().filter(Scored::firstToken).count() / (double) answers.size();
    double[][][] states =
        HiddenStates.atPromptEnds(context.device(), context.model(), probed.questions());
    return new ProbingFindings.Probed(
        phase.name(), phase.step(), observed, read(context, probed.attributes(), states));
  }

  /** A hidden state after another, each by one of the device's lanes. */
  private static List<ProbedState> read(
      AnalysisContext context, List<Labelled> attributes, double[][][] states) {
    var readings = new ProbedState[states.length];
    int lanes = context.device().lanes();
    context
        .device()
        .onEachLane(
            (lane, _) -> {
              for (int depth = lane; depth < states.length; depth += lanes) {
                readings[depth] = ProbedState.of(depth, states[depth], attributes, context.seed());
              }
            });
    return List.of(readings);
  }

  /** One setting's questions, about so many people. */
  private record Asked(String name, int train, int test, ProbedQuestions questions) {}

  /**
   * Known people, asked and told of; and new people, of whom nothing is known before task 1: the
   * first half of them for learning, the others for judging.
   */
  private static List<Asked> settings(Config config, long seed, AnalysisContext context) {
    Tokenizer tokenizer = context.stream().tokenizer();
    Population population = Population.generate(config.data().population(), seed);
    Splits splits = population.splits(config.data().devShare());
    List<Person> train = first(TRAIN_PEOPLE, splits.train());
    List<Person> test = first(TEST_PEOPLE, splits.test());
    List<Person> newcomers = first(2 * TEST_PEOPLE, population.newcomers(1));
    int half = newcomers.size() / 2;
    return List.of(
        asked("question", train, test, people -> Questions.about(people, tokenizer)),
        asked(
            "biography",
            train,
            test,
            people -> Questions.recall(people, config.data().biographies(), tokenizer, seed)),
        asked(
            "new_people",
            newcomers.subList(0, half),
            newcomers.subList(half, newcomers.size()),
            people -> Questions.about(people, tokenizer)));
  }

  /** How questions are made of people. */
  private interface Asking {
    List<Question> about(List<Person> people);
  }

  private static Asked asked(String name, List<Person> train, List<Person> test, Asking asking) {
    return new Asked(
        name,
        train.size(),
        test.size(),
        ProbedQuestions.of(asking.about(train), asking.about(test)));
  }

  private static List<Person> first(int count, List<Person> people) {
    return people.subList(0, Math.min(count, people.size()));
  }
}
