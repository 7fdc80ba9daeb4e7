package palimpsest.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import palimpsest.data.Question;
import palimpsest.train.Scored;

class MilestonesTest {
  private static final List<Double> THRESHOLDS = List.of(.25, .5, .8, .95, .99);
  private static final int COUNT = 1000;
  private static final int SAMPLE = 100;

  private final List<Question> questions =
      IntStream.range(0, COUNT)
          .mapToObj(i -> new Question(i, "a", "p", "a", new int[] {1}, new int[] {i}))
          .toList();
  private final BitSet known = new BitSet();
  private int asked;
  private final Function<List<Question>, List<Scored>> model =
      asking -> {
        asked += asking.size();
        return asking.stream()
            .map(q -> new Scored(q, new int[] {known.get(q.subject()) ? q.subject() : -1}, 1))
            .toList();
      };

  @Test
  void seesEveryShareAtTheFirstLookThatAskingAllWouldShowIt() {
    for (int trial = 0; trial < 20; trial++) {
      var random = new Random(trial);
      known.clear();
      var milestones = new Milestones(questions, SAMPLE, THRESHOLDS);
      var ahead = new ArrayList<>(THRESHOLDS);
      while (!ahead.isEmpty()) {
        // learn some, forget a few
        for (int i = 0; i < 40; i++) {
          known.set(random.nextInt(COUNT), random.nextInt(20) > 0);
        }
        if (known.cardinality() > 930) { // near where as many are forgotten as learned
          known.set(0, COUNT);
        }
        List<Double> expected = new ArrayList<>();
        while (!ahead.isEmpty() && known.cardinality() / (double) COUNT >= ahead.getFirst()) {
          expected.add(ahead.removeFirst());
        }
        Milestones.Look look = milestones.look(model);
        assertEquals(expected, look.reached());
        double shown = Scores.accuracy(look.scored()).exactMatch();
        if (look.scored().size() == COUNT) {
          assertEquals(known.cardinality() / (double) COUNT, shown, 1e-12);
        } else {
          assertEquals(
              questions.subList(0, SAMPLE), look.scored().stream().map(Scored::question).toList());
          assertTrue(shown < ahead.getFirst());
        }
      }
    }
  }

  @Test
  void asksTheSampleAloneWhereItIsFarFromTheShare() {
    var milestones = new Milestones(questions, SAMPLE, List.of(.5));
    known.set(0, 30); // 4 standard errors are 19, with a tenth of all asked
    milestones.look(model);
    assertEquals(SAMPLE, asked);
    known.set(30, 32);
    milestones.look(model);
    assertTrue(asked > 2 * SAMPLE, "asked " + asked);
  }

  /** To see more than three quarters wrong would take asking more than three quarters. */
  @Test
  void asksNoFurtherThanItTakesToBeSure() {
    var milestones = new Milestones(questions, SAMPLE, List.of(.25));
    for (int i = 0; i < COUNT; i += 6) {
      known.set(i);
    }
    assertEquals(List.of(), milestones.look(model).reached());
    assertTrue(SAMPLE < asked && asked < COUNT / 2, "asked " + asked);
  }

  @Test
  void exactlyTheShareIsEnoughAndOneLessIsNot() {
    var milestones = new Milestones(questions, SAMPLE, List.of(.99));
    known.set(0, COUNT);
    for (int i = 0; i < 11; i++) {
      known.clear(i * 90);
    }
    assertEquals(List.of(), milestones.look(model).reached());
    known.set(0);
    assertEquals(List.of(.99), milestones.look(model).reached());
    assertEquals(List.of(), milestones.look(model).reached());
  }

  @Test
  void asksFewWhenMuchIsMissing() {
    var milestones = new Milestones(questions, SAMPLE, List.of(.95));
    known.set(0, 90);
    known.set(500, 1000);
    milestones.look(model);
    asked = 0;
    milestones.look(model);
    assertTrue(asked <= SAMPLE + 256, "asked " + asked);
  }
}
