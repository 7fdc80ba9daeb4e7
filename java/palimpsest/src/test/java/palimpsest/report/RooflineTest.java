package palimpsest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class RooflineTest {
  private static final Roofline ROOFLINE =
      new Roofline(
          "a <test> & more",
          List.of(
              new Roofline.Roof("measured", 1e11, 1e12),
              new Roofline.Roof("data sheet", 2e11, 3e12)),
          List.of(
              new Roofline.Dot("on the slope", 1, 1e11, 1),
              new Roofline.Dot("on the flat", 100, 1e12, 1),
              new Roofline.Dot("below", 1, 1e10, 0.1)));

  /** A dot that reaches its floor lies on the roof, the other far below it. */
  @Test
  void dotsLieUnderTheirRoof() throws Exception {
    Document svg = parsed(ROOFLINE.svg());
    NodeList circles = svg.getElementsByTagName("circle");
    assertEquals(3, circles.getLength());
    NodeList lines = svg.getElementsByTagName("line");
    Element slope = null;
    for (int i = 0; i < lines.getLength(); i++) {
      Element line = (Element) lines.item(i);
      boolean steep =
          number(line, "x1") != number(line, "x2") && number(line, "y1") != number(line, "y2");
      if (steep && slope == null) {
        slope = line;
      }
    }
    double onSlope = heightAt(slope, number((Element) circles.item(0), "cx"));
    assertEquals(onSlope, number((Element) circles.item(0), "cy"), 0.5);
    assertEquals(number(slope, "y2"), number((Element) circles.item(1), "cy"), 0.5);
    assertTrue(number((Element) circles.item(2), "cy") > onSlope + 20); // down is larger
    assertTrue(svg.getDocumentElement().getTextContent().contains("a <test> & more"));
    assertTrue(svg.getDocumentElement().getTextContent().contains("below: 10 % of its floor"));
  }

  private static double heightAt(Element line, double x) {
    double share = (x - number(line, "x1")) / (number(line, "x2") - number(line, "x1"));
    return number(line, "y1") + share * (number(line, "y2") - number(line, "y1"));
  }

  private static double number(Element element, String attribute) {
    return Double.parseDouble(element.getAttribute(attribute));
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
