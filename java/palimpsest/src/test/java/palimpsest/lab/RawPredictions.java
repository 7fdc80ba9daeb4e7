package palimpsest.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One seed's folder of predictions, counted without any class of the program. */
final class RawPredictions {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final Map<String, List<JsonNode>> answers = new LinkedHashMap<>();

  RawPredictions(Path folder) throws IOException {
    this.folder = folder;
    for (String line : Files.readAllLines(folder.resolve("questions.jsonl"))) {
      JsonNode question = JSON.readTree(line);
      answers
          .computeIfAbsent(question.get("set").stringValue(), _ -> new ArrayList<>())
          .add(question.get("answer_ids"));
    }
  }

  /** The share of a set answered in every token, at the last time it was asked at that step. */
  double exactMatch(String phase, Integer training, int step, String set) throws IOException {
    double share = Double.NaN;
    for (String line : Files.readAllLines(folder.resolve(phase + ".jsonl"))) {
      JsonNode asked = JSON.readTree(line);
      JsonNode learning = asked.get("training");
      boolean then = learning.isNull() ? training == null : learning.intValue() == training;
      if (then
          && asked.get("step").intValue() == step
          && asked.get("set").stringValue().equals(set)) {
        share = share(asked.get("predicted"), answers.get(set));
      }
    }
    return share;
  }

  private static double share(JsonNode predicted, List<JsonNode> right) {
    int exact = 0;
    for (int i = 0; i < predicted.size(); i++) {
      exact += predicted.get(i).equals(right.get(i)) ? 1 : 0;
    }
    return exact / (double) predicted.size();
  }
}
