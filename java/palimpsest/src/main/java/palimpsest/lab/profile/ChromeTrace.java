package palimpsest.lab.profile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import palimpsest.ops.Device;
import palimpsest.ops.Place;
import palimpsest.ops.profile.Span;
import palimpsest.ops.profile.StepTimeline;
import tools.jackson.databind.json.JsonMapper;

/**
 * Recorded steps in the Trace Event Format, which ui.perfetto.dev and chrome://tracing open: a
 * track for each lane's thread in Java and, on a GPU, one for its stream; a range for each part of
 * a step with its operations inside.
 */
public final class ChromeTrace {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int PROCESS = 1;
  private static final int STREAMS = 100;

  private final boolean gpu;
  private final List<Map<String, Object>> events = new ArrayList<>();
  private final long origin;

  private ChromeTrace(Device device, List<StepTimeline> steps) {
    gpu = !device.kind().equals("cpu");
    origin = steps.getFirst().began();
    name("process_name", 0, "palimpsest on " + device.name());
    for (int lane = 0; lane < device.lanes(); lane++) {
      name("thread_name", lane, gpu ? "Java" : "lane %d (Java)".formatted(lane));
      if (gpu) {
        name("thread_name", STREAMS + lane, "stream");
      }
    }
    for (int step = 0; step < steps.size(); step++) {
      add(step, steps.get(step));
    }
  }

  /** The file's text. */
  public static String of(Device device, List<StepTimeline> steps) {
    ChromeTrace trace = new ChromeTrace(device, steps);
    Map<String, Object> file = new LinkedHashMap<>();
    file.put("traceEvents", trace.events);
    file.put("displayTimeUnit", "ns");
    file.put(
        "otherData",
        Map.of(
            "clock",
            trace.gpu
                ? "the stream's times are between CUDA events around each operation, not CUPTI's of its kernels"
                : "System.nanoTime around each operation"));
    return JSON.writeValueAsString(file) + "\n";
  }

  private void name(String what, int thread, String name) {
    Map<String, Object> event = event("M", what, thread);
    event.put("args", Map.of("name", name));
  }

  private void add(int number, StepTimeline step) {
    double offset = (step.began() - origin) * 1e-9;
    complete("step " + number, "step", 0, offset, offset + step.seconds(), Map.of());
    for (int lane = 0; lane < step.lanes(); lane++) {
      int mine = lane;
      List<Span> spans = step.spans().stream().filter(span -> span.lane() == mine).toList();
      ranges(spans, lane, offset, false);
      spans.forEach(span -> host(span, offset));
      if (gpu) {
        ranges(spans, STREAMS + lane, offset, true);
        spans.forEach(span -> stream(span, offset));
      }
    }
  }

  /** From the first operation of a place to its last, as long as the lane stays there. */
  private void ranges(List<Span> spans, int thread, double offset, boolean onStream) {
    int first = 0;
    for (int i = 1; i <= spans.size(); i++) {
      Place place = spans.get(first).place();
      if (i == spans.size() || !spans.get(i).place().equals(place)) {
        Span begin = spans.get(first);
        Span end = spans.get(i - 1);
        complete(
            place.label(),
            place.phase().word(),
            thread,
            offset + (onStream ? begin.start() : begin.hostStart()),
            offset + (onStream ? end.end() : end.hostEnd()),
            Map.of());
        first = i;
      }
    }
  }

  private void host(Span span, double offset) {
    complete(
        span.operation(),
        span.family(),
        span.lane(),
        offset + span.hostStart(),
        offset + span.hostEnd(),
        gpu ? Map.of() : arguments(span));
  }

  private void stream(Span span, double offset) {
    complete(
        span.operation(),
        span.family(),
        STREAMS + span.lane(),
        offset + span.start(),
        offset + span.end(),
        arguments(span));
  }

  private static Map<String, Object> arguments(Span span) {
    Map<String, Object> arguments = new LinkedHashMap<>();
    arguments.put("bytes", span.work().bytes());
    arguments.put("flops", span.work().flops());
    arguments.put("GB/s", span.work().bytes() / span.seconds() / 1e9);
    arguments.put("GFLOP/s", span.work().flops() / span.seconds() / 1e9);
    return arguments;
  }

  private void complete(
      String name,
      String category,
      int thread,
      double start,
      double end,
      Map<String, Object> arguments) {
    Map<String, Object> event = event("X", name, thread);
    event.put("cat", category);
    event.put("ts", start * 1e6);
    event.put("dur", (end - start) * 1e6);
    event.put("args", arguments);
  }

  private Map<String, Object> event(String phase, String name, int thread) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("ph", phase);
    event.put("name", name);
    event.put("pid", PROCESS);
    event.put("tid", thread);
    events.add(event);
    return event;
  }
}
