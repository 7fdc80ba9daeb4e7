package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import palimpsest.base.RandomStream;
import palimpsest.data.Question;
import palimpsest.model.Initialisation;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;

@Tag(TestDevices.CONTRACT)
class SideBySideTest {
  private static final int VOCABULARY = 31;
  private static final ModelConfig CONFIG =
      new ModelConfig(2, 24, 3, 50, VOCABULARY, 40, 0.5, 10000, true, false, 1e-5);

  /** A question's answer does not depend on which other ones it goes through the model with. */
  private static final double TOLERANCE = 1e-5;

  @Test
  void eachModelAnswersAsItWouldAlone() {
    List<Question> questions = questions(30);
    try (Device device = TestDevices.open(2);
        var together = new SideBySide(device, CONFIG, questions)) {
      assertEquals(device.lanes(), together.models());
      List<float[]> weights = new ArrayList<>();
      for (int seed = 0; seed < together.models(); seed++) {
        weights.add(weights(device, seed));
      }
      List<List<Scored>> scored = together.score(weights);
      for (int model = 0; model < weights.size(); model++) {
        assertSame(alone(device, weights.get(model), questions), scored.get(model));
      }
      // in another order, and fewer of them than lanes
      assertSame(scored.getLast(), together.score(List.of(weights.getLast())).getFirst());
      weights.add(weights.getFirst());
      assertThrows(IllegalArgumentException.class, () -> together.score(weights));
    }
  }

  private static List<Scored> alone(Device device, float[] weights, List<Question> questions) {
    try (var parameters = new Parameters(device, CONFIG);
        var learner = new Learner(device, parameters)) {
      parameters.restore(weights);
      return learner.score(questions);
    }
  }

  private static void assertSame(List<Scored> expected, List<Scored> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).question(), actual.get(i).question());
      assertEquals(expected.get(i).loss(), actual.get(i).loss(), TOLERANCE);
      assertArrayEquals(expected.get(i).predicted(), actual.get(i).predicted());
    }
  }

  private static float[] weights(Device device, int seed) {
    try (var parameters = new Parameters(device, CONFIG)) {
      parameters.initialise(Initialisation.SMALL, seed);
      return parameters.copy();
    }
  }

  private static List<Question> questions(int count) {
    RandomGenerator random = RandomStream.of(3, "questions");
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int[] prompt = random.ints(random.nextInt(3, 12), 0, VOCABULARY).toArray();
      int[] answer = random.ints(random.nextInt(1, 5), 0, VOCABULARY).toArray();
      questions.add(new Question(i, "attribute", "prompt", "answer", prompt, answer));
    }
    return questions;
  }
}
