package palimpsest.io.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.base.UserException;

class YamlReaderTest {
  @TempDir Path folder;

  @Test
  void everyPartKnowsItsPlace() {
    YamlNode.Mapping root = YamlReader.readMapping("f", "# a comment\na: 1\nb:\n  c: [x, 'y']\n");
    YamlNode.Entry b = root.entries().get("b");
    assertEquals(new Place("f", 3, 1), b.place());
    YamlNode.Mapping inner = assertInstanceOf(YamlNode.Mapping.class, b.value());
    YamlNode.Sequence list =
        assertInstanceOf(YamlNode.Sequence.class, inner.entries().get("c").value());
    assertEquals(new YamlNode.Scalar(new Place("f", 4, 10), "y", false), list.items().get(1));
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheText() throws IOException {
    Path file = Files.writeString(folder.resolve("f.yaml"), "\uFEFFa: 1\n");
    assertEquals(List.of("a"), List.copyOf(YamlReader.readFile(file).entries().keySet()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a: [1, 2\\nb: 3          | f:2:2: not valid YAML: while parsing a flow sequence, expected ',' or ']', but got :
          a: 1\\n  b: 2            | f:2:4: not valid YAML: mapping values are not allowed here
          a:\\n\\tb: 2             | f:2:1: not valid YAML: while scanning for the next token, found character '\\t(TAB)' that cannot start any token
          a: 'x                   | not valid YAML: while scanning a quoted scalar, found unexpected end of stream
          a: 1\\nb: 😀x\\0y      | f:2:6: not valid YAML: the character U+0000 is not allowed
          a: &x 1\\nb: *x          | f:2:4: the alias *x is refused; write the value out
          a: &x [*x]              | f:1:8: the alias *x is refused
          a: !!int 1              | f:1:4: the tag tag:yaml.org,2002:int is not known here
          a: !boom {}             | f:1:4: the tag !boom is not known here
          ? [a]\\n: 1              | f:1:3: a key must be a single word
          a: 1\\n---\\nb: 2        | f:2:1: a second document begins
          [1, 2]                  | f:1:1: the top level must be lines of key: value
          just words              | f:1:1: the top level must be lines of key: value
          '# only a comment'      | f: is empty
          a: 1\\na: 2              | f:2:1: a: is said twice; the first time at line 1
          %FOO\\n---\\na: 1        | a: 1
          """)
  void badTextIsToldWithLineAndColumn(String text, String said) {
    String yaml = text.replace("\\n", "\n").replace("\\t", "\t").replace("\\0", "\0");
    if (said.equals("a: 1")) { // an unknown directive is to be ignored, YAML says
      assertEquals(1, YamlReader.readMapping("f", yaml).entries().size());
      return;
    }
    String message =
        assertThrows(UserException.class, () -> YamlReader.readMapping("f", yaml)).getMessage();
    assertTrue(message.contains(said), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void nestingIsLimitedNotFollowedIntoTheGround() {
    String message =
        assertThrows(
                UserException.class, () -> YamlReader.readMapping("f", "a: " + "[".repeat(100_000)))
            .getMessage();
    assertTrue(message.contains("nested deeper than 16"), message);
  }

  @Test
  void bytesThatAreNotUtf8AreFound() throws IOException {
    Path file = folder.resolve("f.yaml");
    Files.write(file, "a: 1\nb: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    String message =
        assertThrows(UserException.class, () -> YamlReader.readFile(file)).getMessage();
    assertEquals(file + ":2:7: is not UTF-8 text from here on", message);
  }

  @Test
  void aHugeFileIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("f.yaml"), "a: 1\n".repeat(250_000));
    assertThrows(UserException.class, () -> YamlReader.readFile(file));
  }
}
