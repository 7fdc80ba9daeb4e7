package palimpsest.report;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.deser.std.StdDeserializer;

/**
 * Reads an accuracy matrix, any cell of which may be {@code null}; nowhere else may list items be.
 */
final class Cells extends StdDeserializer<List<List<Double>>> {
  Cells() {
    super(List.class);
  }

  @Override
  public List<List<Double>> deserialize(JsonParser json, DeserializationContext context) {
    JsonNode rows = list(context.readTree(json), context);
    List<List<Double>> cells = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      try {
        cells.add(scores(list(rows.get(i), context), context));
      } catch (DatabindException mistake) {
        throw mistake.prependPath(rows, i);
      }
    }
    return cells;
  }

  private List<Double> scores(JsonNode row, DeserializationContext context) {
    List<Double> scores = new ArrayList<>();
    for (JsonNode cell : row) {
      if (!cell.isNumber() && !cell.isNull()) {
        try {
          context.reportInputMismatch(this, "a score is a number or null, not %s", cell);
        } catch (DatabindException mistake) {
          throw mistake.prependPath(row, scores.size());
        }
      }
      scores.add(cell.isNull() ? null : cell.doubleValue());
    }
    return scores;
  }

  private JsonNode list(JsonNode node, DeserializationContext context) {
    return node.isArray()
        ? node
        : context.reportInputMismatch(this, "expected a list of scores, not %s", node);
  }
}
