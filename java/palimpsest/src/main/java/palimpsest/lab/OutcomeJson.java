package palimpsest.lab;

import palimpsest.io.StrictJson;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** How phases write JSON: the names of {@code results.json}, one value a line of a file. */
final class OutcomeJson {
  static final JsonMapper MAPPER =
      JsonMapper.builder(StrictJson.factory())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private OutcomeJson() {}
}
