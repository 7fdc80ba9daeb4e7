package palimpsest.analysis.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import palimpsest.data.BiographySpec;
import palimpsest.data.Passage;
import palimpsest.data.PopulationSpec;
import palimpsest.data.WordTokenizer;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.model.ReferenceModel;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;
import palimpsest.train.TokenLosses;

class PersonFeaturesTest {
  /** Ten tokens with losses 1 to 10, out of order; three wrong tellings. */
  @Test
  void byHand() {
    float[][] losses = {{3, 1, 2, 10, 9, 8, 4, 5, 7, 6}, {11, 11}, {5.5f, 5.5f, 5.5f}, {2.75f}};
    double[] features = PersonFeatures.features(losses, 20);
    List<String> names = PersonFeatures.names();
    assertEquals(names.size(), features.length);
    assertEquals(5.5, at(features, "loss"));
    assertEquals(10, at(features, "highest_5_percent"), "one token at least");
    assertEquals(10, at(features, "highest_10_percent"));
    assertEquals(9.5, at(features, "highest_20_percent"));
    assertEquals(7.5, at(features, "highest_60_percent"));
    assertEquals(1, at(features, "lowest_5_percent"));
    assertEquals(2, at(features, "lowest_30_percent"));
    assertEquals(3.5, at(features, "lowest_60_percent"));
    assertEquals(55 / 20.0, at(features, "loss_per_deflated_byte"));
    assertEquals(5.5, at(features, "wrong_facts_difference"));
    assertEquals(2, at(features, "wrong_facts_ratio"));
    assertEquals(0, at(features, "wrong_name_difference"));
    assertEquals(0.5, at(features, "wrong_words_ratio"));
  }

  /** Of a model: everybody's own numbers, and the mean loss by role. */
  @Test
  void ofAModel() {
    var people = new PopulationSpec(60, 20, 1, 10, 10, 20, 10, 10, 5, 10, 10);
    var wording = new BiographySpec(5, true, true, 5);
    var words = WordTokenizer.of(people, wording);
    Crowd crowd = Crowd.draw(people, wording, words, 20, 60, 1);
    var config =
        new ModelConfig(1, 24, 3, 50, words.vocabulary(), 60, 0.5, 10000, true, false, 1e-5);
    try (Device device = TestDevices.open(2);
        Parameters parameters = new Parameters(device, config)) {
      parameters.restore(ReferenceModel.randomWeights(parameters.layout(), 1));
      PersonFeatures read = PersonFeatures.read(device, parameters, crowd.suspects());
      assertEquals(20, read.features().rows());
      PersonTexts person = crowd.suspects().get(13);
      float[][] own =
          TokenLosses.of(
              device,
              parameters,
              List.of(
                  person.biography(),
                  person.wrong().get(0),
                  person.wrong().get(1),
                  person.wrong().get(2)));
      double[] expected = PersonFeatures.features(own, person.deflatedBytes());
      double[] found =
          Arrays.copyOfRange(read.features().values(), 13 * expected.length, 14 * expected.length);
      assertArrayEquals(expected, found, 1e-4);
      double names = 0;
      int count = 0;
      for (int i = 0; i < own[0].length; i++) {
        if (person.roles().get(i) == Passage.Role.NAME) {
          names += own[0][i];
          count++;
        }
      }
      assertTrue(count >= 12, "three names in each sentence");
      assertEquals(names / count, read.byRole().get(Passage.Role.NAME)[13], 1e-4);
    }
  }

  private static double at(double[] features, String name) {
    return features[PersonFeatures.names().indexOf(name)];
  }
}
