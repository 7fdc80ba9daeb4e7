package palimpsest.io;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import palimpsest.base.UserException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a safetensors file says it holds, believed only as far as it has been checked: every
 * tensor's bytes agree with its shape and type, lie within the file, overlap no other's and leave
 * no gap.
 */
record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {
  private static final String METADATA = "__metadata__";

  /** Bytes of an element, by type. */
  private static final Map<String, Integer> ELEMENT_BYTES =
      Map.ofEntries(
          Map.entry("BOOL", 1),
          Map.entry("U8", 1),
          Map.entry("I8", 1),
          Map.entry("F8_E4M3", 1),
          Map.entry("F8_E5M2", 1),
          Map.entry("U16", 2),
          Map.entry("I16", 2),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("U32", 4),
          Map.entry("I32", 4),
          Map.entry("F32", 4),
          Map.entry("U64", 8),
          Map.entry("I64", 8),
          Map.entry("F64", 8));

  /**
   * One tensor.
   *
   * @param begin its first byte, counted from the first byte after the header
   * @param end the byte after its last
   */
  record Entry(String type, List<Long> shape, long begin, long end) {}

  /**
   * @param source the file's name
   * @param dataBytes bytes of the file after the header
   */
  static SafetensorsHeader parse(String source, byte[] json, long dataBytes) {
    return new Parser(source, dataBytes).parse(json);
  }

  private record Parser(String source, long dataBytes) {
    SafetensorsHeader parse(byte[] json) {
      ObjectNode root = JsonFile.parse(source + ": header", json);
      Map<String, Entry> tensors = new LinkedHashMap<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> property : root.properties()) {
        if (property.getKey().equals(METADATA)) {
          metadata.putAll(metadata(property.getValue()));
        } else {
          tensors.put(property.getKey(), entry(property.getKey(), property.getValue()));
        }
      }
      checkLayout(tensors);
      return new SafetensorsHeader(tensors, metadata);
    }

    private Map<String, String> metadata(JsonNode node) {
      if (!node.isObject()) {
        throw problem(METADATA + " is not an object");
      }
      Map<String, String> metadata = new LinkedHashMap<>();
      for (Map.Entry<String, JsonNode> property : node.properties()) {
        if (!property.getValue().isString()) {
          throw problem(
              "%s.%s is not a text".formatted(METADATA, OneLine.quote(property.getKey())));
        }
        metadata.put(property.getKey(), property.getValue().stringValue());
      }
      return metadata;
    }

    private Entry entry(String name, JsonNode node) {
      JsonNode type = node.path("dtype");
      if (!type.isString()) {
        throw problem(name, "has no dtype");
      }
      List<Long> shape = sizes(name, "shape", node.path("shape"));
      List<Long> offsets = sizes(name, "data_offsets", node.path("data_offsets"));
      if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
        throw problem(name, "data_offsets must be a begin and an end, not " + shown(offsets));
      }
      Entry entry = new Entry(type.stringValue(), shape, offsets.get(0), offsets.get(1));
      checkSize(name, entry);
      return entry;
    }

    private List<Long> sizes(String name, String key, JsonNode node) {
      if (!node.isArray()) {
        throw problem(name, key + " is not a list");
      }
      List<Long> sizes = new ArrayList<>();
      for (JsonNode item : node) {
        if (!item.isIntegralNumber() || !item.canConvertToLong() || item.longValue() < 0) {
          throw problem(
              name, "%s holds %s, which is no size".formatted(key, OneLine.quote(item.toString())));
        }
        sizes.add(item.longValue());
      }
      return List.copyOf(sizes);
    }

    private static String shown(List<Long> sizes) {
      return OneLine.quote(sizes.toString());
    }

    private void checkSize(String name, Entry entry) {
      Integer elementBytes = ELEMENT_BYTES.get(entry.type());
      if (elementBytes == null) {
        throw problem(
            name,
            "has the type %s, which is not known here".formatted(OneLine.quote(entry.type())));
      }
      OptionalLong bytes = bytes(entry.shape(), elementBytes);
      if (bytes.isEmpty() || bytes.getAsLong() != entry.end() - entry.begin()) {
        throw problem(
            name,
            "%s of shape %s does not fill the bytes %d to %d"
                .formatted(entry.type(), shown(entry.shape()), entry.begin(), entry.end()));
      }
      if (entry.end() > dataBytes) {
        throw problem(
            name,
            "ends at byte %d, but only %d bytes follow the header; is the file cut off?"
                .formatted(entry.end(), dataBytes));
      }
    }

    /** The bytes of all elements; nothing if no file could hold them. */
    private static OptionalLong bytes(List<Long> shape, int elementBytes) {
      if (shape.contains(0L)) {
        return OptionalLong.of(0);
      }
      long bytes = elementBytes;
      for (long size : shape) {
        if (Math.multiplyHigh(bytes, size) != 0 || bytes * size < 0) {
          return OptionalLong.empty();
        }
        bytes *= size;
      }
      return OptionalLong.of(bytes);
    }

    private void checkLayout(Map<String, Entry> tensors) {
      long end = 0;
      List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(tensors.entrySet());
      inOrder.sort(
          Comparator.comparingLong((Map.Entry<String, Entry> tensor) -> tensor.getValue().begin())
              .thenComparingLong(tensor -> tensor.getValue().end()));
      for (Map.Entry<String, Entry> tensor : inOrder) {
        if (tensor.getValue().begin() != end) {
          throw problem(
              tensor.getKey(),
              "begins at byte %d, but the tensor before it ends at %d"
                  .formatted(tensor.getValue().begin(), end));
        }
        end = tensor.getValue().end();
      }
      if (end != dataBytes) {
        throw problem(
            "the tensors fill %d bytes, but %d follow the header".formatted(end, dataBytes));
      }
    }

    private UserException problem(String tensor, String what) {
      return problem("tensor %s %s".formatted(OneLine.quote(tensor), what));
    }

    private UserException problem(String what) {
      return new UserException(
          OneLine.of("%s: not a sound safetensors file: %s".formatted(source, what)));
    }
  }
}
