package palimpsest.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import palimpsest.base.UserException;

class TokenizerPatternsTest {
  @TempDir Path folder;

  /** How GPT-2, GPT-4, Llama 3, Qwen 2, GPT-4o and ours split text. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*"
            + "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}|"
            + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
        Words.EXPRESSION,
      })
  void publishedOnesAreHarmless(String regex) {
    assertTrue(TokenizerPatterns.isHarmless(regex));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+$",
        "(a|a)*b",
        "(?:a|aa){2,}b",
        "a*a*a*b",
        "\\p{L}*\\p{L}*\\p{L}*1",
        "(a+)\\1",
        "(?<x>a)\\k<x>",
        "(?~a)",
        "(?(1)a|b)",
        "a{1,}a{1,}a{1,}b",
        "a{2,99999}a+a+b",
        "(\\[a\\])+",
      })
  void thoseThatBacktrackAreNot(String regex) {
    assertFalse(TokenizerPatterns.isHarmless(regex));
  }

  /** Hugging Face's library would end the process at {@code aaaa…b}. */
  @Test
  void aFileWithOneIsRefusedBeforeItIsHandedOver() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    Files.writeString(
        file,
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
         "normalizer": null, "post_processor": null, "decoder": null,
         "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
           {"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated",
            "invert": false}]},
         "model": {"type": "WordLevel", "vocab": {"a": 0, "<|endoftext|>": 1}, "unk_token": "a"}}
        """);
    String line = assertThrows(UserException.class, () -> Tokenizers.load(file)).getMessage();
    assertTrue(line.startsWith(file + ": the regular expression (a+)+$ could take for ever"), line);
    assertEquals(1, line.lines().count());
  }
}
