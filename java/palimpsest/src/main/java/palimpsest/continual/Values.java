package palimpsest.continual;

import java.util.Map;

/**
 * A value for every parameter of a {@link Declaration}.
 *
 * @param byName checked and complete, defaults included
 */
public record Values(Map<String, Object> byName) {
  public Values {
    byName = Map.copyOf(byName);
  }

  public int count(String name) {
    return (Integer) byName.get(name);
  }

  public double share(String name) {
    return (Double) byName.get(name);
  }

  public double number(String name) {
    return (Double) byName.get(name);
  }

  public String choice(String name) {
    return (String) byName.get(name);
  }

  public boolean flag(String name) {
    return (Boolean) byName.get(name);
  }
}
