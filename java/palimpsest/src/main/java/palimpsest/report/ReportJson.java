package palimpsest.report;

import com.fasterxml.jackson.annotation.Nulls;
import palimpsest.io.OneLine;
import palimpsest.io.StrictJson;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/** How records of results are written: names in snake case, in their order, indented. */
final class ReportJson {
  static final JsonMapper MAPPER =
      JsonMapper.builder(StrictJson.factory())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .changeDefaultNullHandling(nulls -> nulls.withContentNulls(Nulls.FAIL))
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(
              new SimpleModule()
                  .addSerializer(new FiniteOrNull())
                  .addDeserializer(Double.class, new Finite()))
          .build();

  private ReportJson() {}

  /** A number too large for a double would be infinite. */
  private static final class Finite extends StdDeserializer<Double> {
    Finite() {
      super(Double.class);
    }

    @Override
    public Double deserialize(JsonParser json, DeserializationContext context) {
      double value = json.currentToken().isNumeric() ? json.getDoubleValue() : Double.NaN;
      if (!Double.isFinite(value)) {
        context.reportInputMismatch(
            this, "a number is needed, not %s", OneLine.quote(json.getString()));
      }
      return value;
    }
  }

  /** JSON has no NaN: what is not a number was not measured. */
  private static final class FiniteOrNull extends StdSerializer<Double> {
    FiniteOrNull() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator json, SerializationContext context) {
      if (Double.isFinite(value)) {
        json.writeNumber(value);
      } else {
        json.writeNull();
      }
    }
  }
}
