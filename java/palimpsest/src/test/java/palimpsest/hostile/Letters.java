package palimpsest.hostile;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import palimpsest.data.Tokenizer;

/** A token each code point. */
final class Letters implements Tokenizer {
  @Override
  public int[] encode(String text) {
    return text.codePoints().toArray();
  }

  @Override
  public String decode(int[] ids) {
    return Arrays.stream(ids).mapToObj(Character::toString).collect(Collectors.joining());
  }

  @Override
  public int vocabulary() {
    return Character.MAX_CODE_POINT + 1;
  }

  @Override
  public int endOfText() {
    return 0;
  }

  @Override
  public void save(Path folder) {
    throw new UnsupportedOperationException("it is nowhere but here");
  }
}
