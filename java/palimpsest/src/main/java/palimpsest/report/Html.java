package palimpsest.report;

/** How foreign text enters the page, and how a method's colour is named. */
final class Html {
  private static final int COLOURS = 8;

  private Html() {}

  /** Text between tags or in a quoted attribute. */
  static String escape(String text) {
    var escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  /** Style classes of the method in that place: eight colours, then the same ones hollow. */
  static String colour(int method) {
    return "m" + method % COLOURS + (method < COLOURS ? "" : " again");
  }

  /** JSON inside a {@code script} element: nothing in it can end the element or open a comment. */
  static String scriptJson(String json) {
    return json.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e");
  }
}
