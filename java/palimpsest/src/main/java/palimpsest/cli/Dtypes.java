package palimpsest.cli;

import palimpsest.base.UserException;

/** The values of {@code --dtype} where one has to be chosen. */
final class Dtypes {
  private Dtypes() {}

  static String checked(String dtype) {
    if (!dtype.equals("fp32") && !dtype.equals("bf16")) {
      throw new UserException("--dtype %s: must be fp32 or bf16".formatted(dtype));
    }
    return dtype;
  }
}
