package palimpsest.lab.profile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import palimpsest.base.StopRequest;
import palimpsest.model.ParameterLayout;
import palimpsest.model.Parameters;
import palimpsest.ops.Device;
import palimpsest.ops.TestDevices;
import palimpsest.ops.bench.LaneCeilings;
import palimpsest.ops.bench.Surroundings;
import palimpsest.ops.profile.ProfiledDevice;
import palimpsest.ops.profile.Span;
import palimpsest.ops.profile.StepTimeline;
import palimpsest.ops.work.Ceilings;
import palimpsest.ops.work.ModelShape;
import palimpsest.testing.JsonSchemas;
import palimpsest.train.Learner;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

@Tag(TestDevices.CONTRACT)
class StepProfilerTest {
  private static final ModelShape SHAPE = ModelShape.named("micro").with("B=4,T=8,L=3,V=37");
  private static final int STEPS = 3;

  @Test
  void allTheTimeOfTheLanesIsAccountedFor() {
    try (Device device = TestDevices.open(2)) {
      Subject subject = Subject.ofShape(SHAPE, 0);
      StepProfiler.Measured measured =
          profiler(subject, STEPS).on(device, LaneCeilings.measure(device));
      ProfileReport report =
          ProfileReport.of(subject, measured, Surroundings.of(device), device, "a test");
      double shares =
          report.rows().stream().mapToDouble(ProfileReport.Row::share).sum()
              + report.gaps().hostShare()
              + report.gaps().waitingShare();
      assertEquals(1, shares, 1e-6);
      assertEquals(
          report.rows().stream().mapToDouble(ProfileReport.Row::seconds).sum(),
          report.parts().stream().mapToDouble(ProfileReport.Part::seconds).sum(),
          1e-9);
      assertEquals(32, report.tokensPerStep());
      long weights = 4 * new ParameterLayout(subject.model()).size();
      assertTrue(report.peakBytes() > 4 * weights, report.peakBytes() + " bytes");
      JsonSchemas.check("profile.json", report);
      assertTrue(report.roofline().svg().contains("backward matmulBackward"));
    }
  }

  /** Each phase has its operations, and each layer its place. */
  @Test
  void callsAreInTheirPlaces() {
    try (Device device = TestDevices.open(2)) {
      StepTimeline step = step(device, 0);
      Set<String> places =
          step.spans().stream().map(span -> span.place().label()).collect(Collectors.toSet());
      assertEquals(
          Set.of(
              "forward embed",
              "forward layers.0",
              "forward layers.1",
              "forward layers.2",
              "forward head",
              "backward head",
              "backward layers.2",
              "backward layers.1",
              "backward layers.0",
              "backward embed",
              "optimizer"),
          places);
      int passes = device.lanes();
      assertEquals(SHAPE.layers() * passes, calls(step, "attentionForward", "forward"));
      assertEquals(SHAPE.layers() * passes, calls(step, "attentionBackward", "backward"));
      assertEquals(passes, calls(step, "crossEntropyForwardBackward", "backward"));
      assertEquals(passes, calls(step, "adamw", "optimizer"));
    }
  }

  /** A frozen prefix has no backward pass, and so no time there. */
  @Test
  void frozenLayersTakeNoTimeBackward() {
    try (Device device = TestDevices.open(2)) {
      StepTimeline step = step(device, 2);
      assertTrue(
          step.spans().stream()
              .map(span -> span.place().label())
              .noneMatch(Set.of("backward layers.0", "backward layers.1")::contains));
      assertEquals(device.lanes(), calls(step, "attentionBackward", "backward"));
    }
  }

  /** Calls of a lane do not overlap, and lie within the step. */
  @Test
  void callsOfALaneFollowEachOther() {
    try (Device device = TestDevices.open(2)) {
      StepTimeline step = step(device, 0);
      for (int lane = 0; lane < device.lanes(); lane++) {
        double end = 0;
        for (Span span : step.spans()) {
          if (span.lane() == lane) {
            assertTrue(span.start() >= end - 1e-6, span.toString());
            assertTrue(span.end() >= span.start(), span.toString());
            assertTrue(span.hostEnd() >= span.hostStart(), span.toString());
            end = span.end();
          }
        }
        assertTrue(end <= step.seconds() + 1e-6, end + " of " + step.seconds());
      }
    }
  }

  /** Looking changes nothing: the same bits with and without. */
  @Test
  void aProfiledStepIsTheSameStep() {
    try (Device device = TestDevices.open(2)) {
      Subject subject = Subject.ofShape(SHAPE, 0);
      float[] plain = trained(subject, device);
      float[] watched = trained(subject, new ProfiledDevice(device));
      assertArrayEquals(plain, watched);
    }
  }

  private static float[] trained(Subject subject, Device device) {
    try (Parameters parameters = new Parameters(device, subject.model());
        Learner learner = new Learner(device, parameters)) {
      parameters.initialise(subject.initialisation(), 1);
      learner.begin(subject.recipe(), subject.freeze());
      learner.step(subject.batches().get());
      learner.step(subject.batches().get());
      return parameters.copy();
    }
  }

  /** In the trace each operation lies within a range of its place, and that within the step. */
  @Test
  void theTraceNests() {
    try (Device device = TestDevices.open(1)) {
      JsonNode events =
          new ObjectMapper()
              .readTree(ChromeTrace.of(device, List.of(step(device, 0))))
              .get("traceEvents");
      JsonNode step = named(events, "step 0");
      JsonNode layer = named(events, "forward layers.1");
      JsonNode norm = named(events, "layerNormPairForward");
      assertTrue(within(layer, step), layer + " in " + step);
      assertTrue(
          within(norm, named(events, "forward layers.0")) || within(norm, layer), norm.toString());
      assertEquals("layernorm", norm.get("cat").asString());
      named(events, "thread_name");
      named(events, "adamw");
    }
  }

  private static JsonNode named(JsonNode events, String name) {
    for (JsonNode event : events) {
      if (event.get("name").asString().equals(name)) {
        return event;
      }
    }
    throw new AssertionError("no event " + name);
  }

  private static boolean within(JsonNode inner, JsonNode outer) {
    double start = inner.get("ts").asDouble();
    double end = start + inner.get("dur").asDouble();
    double from = outer.get("ts").asDouble();
    return start >= from && end <= from + outer.get("dur").asDouble();
  }

  @Test
  void stepsAndOperationsAreEventsOfARecording(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("steps.jfr");
    try (Recording recording = new Recording();
        Device device = TestDevices.open(1)) {
      recording.start();
      step(device, 0);
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    assertTrue(
        events.stream()
            .filter(event -> event.getEventType().getName().equals("palimpsest.Step"))
            .allMatch(event -> event.getInt("tokens") == 32 && event.getDouble("loss") > 0));
    assertTrue(
        events.stream()
            .filter(event -> event.getEventType().getName().equals("palimpsest.Operation"))
            .anyMatch(
                event ->
                    event.getString("operation").equals("attentionForward")
                        && event.getString("part").equals("layers.1")));
  }

  private static StepProfiler profiler(Subject subject, int steps) {
    return new StepProfiler(subject, steps, Duration.ZERO, new StopRequest());
  }

  private static StepTimeline step(Device device, int frozen) {
    return profiler(Subject.ofShape(SHAPE, frozen), 1)
        .on(device, new Ceilings("made up", 1e10, 1e10, 1e9))
        .recorded()
        .getFirst();
  }

  private static int calls(StepTimeline step, String operation, String phase) {
    return (int)
        step.spans().stream()
            .filter(span -> span.operation().equals(operation))
            .filter(span -> span.place().phase().word().equals(phase))
            .count();
  }
}
