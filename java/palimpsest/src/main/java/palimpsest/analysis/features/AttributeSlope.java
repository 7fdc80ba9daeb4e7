package palimpsest.analysis.features;

import static palimpsest.analysis.Findings.measured;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.data.Question;

/**
 * Where the questions about one attribute go on average: Δȳ/Δx̄, with x along the mean shift of all
 * questions and y along a first principal component (whose sign is arbitrary). 0 is a shift that
 * leaves the component alone.
 *
 * @param onBefore with y along PC₁ before; {@code null} if nothing moved, or there is none
 * @param onAfter with y along PC₁ after; likewise
 */
public record AttributeSlope(String attribute, Double onBefore, Double onAfter) {
  static List<AttributeSlope> of(ShiftFrame frame, List<Question> questions) {
    Map<String, List<double[]>> shifts = new LinkedHashMap<>();
    for (int i = 0; i < questions.size(); i++) {
      shifts
          .computeIfAbsent(questions.get(i).attribute(), attribute -> new ArrayList<>())
          .add(frame.shifts()[i]);
    }
    double[] x = Vectors.unit(frame.meanShift());
    List<AttributeSlope> slopes = new ArrayList<>();
    shifts.forEach(
        (attribute, its) -> {
          double[] mean = Vectors.mean(its.toArray(double[][]::new));
          double along = Vectors.dot(mean, x);
          slopes.add(
              new AttributeSlope(
                  attribute,
                  slope(mean, frame.before(), along),
                  slope(mean, frame.after(), along)));
        });
    return slopes;
  }

  private static Double slope(double[] shift, PrincipalComponents components, double along) {
    return components.has(1) ? measured(Vectors.dot(shift, components.direction(0)) / along) : null;
  }
}
