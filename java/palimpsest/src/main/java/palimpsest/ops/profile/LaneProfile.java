package palimpsest.ops.profile;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import palimpsest.cuda.ffm.Nvtx;
import palimpsest.ops.Device;
import palimpsest.ops.Ops;
import palimpsest.ops.Place;
import palimpsest.ops.Stopwatch;
import palimpsest.ops.work.Operation;
import palimpsest.ops.work.Work;

/**
 * The calls of one lane. It stands in front of {@link Ops} as a whole, by reflection: an operation
 * that is new tomorrow is timed tomorrow. Only the lane's own thread uses it during a step.
 */
final class LaneProfile implements InvocationHandler {
  /** The operation that is none. */
  private static final String MARK = "mark";

  /** Calls of the next step over those of the last: a batch may go in more passes. */
  private static final int ROOM = 4;

  private static final int FEWEST_CALLS = 256;

  private final Device device;
  private final int lane;
  private final List<Call> calls = new ArrayList<>();
  private final List<StepTimeline.Task> tasks = new ArrayList<>();
  private Ops ops;
  private Ops profiled;
  private Place place = Place.OUTSIDE;
  private Stopwatch watch;
  private int room;
  private int called;
  private boolean recording;
  private boolean inPlace;
  private long began;

  /** When mark 0 was set, in seconds since the step began. */
  private double marked;

  private double taskStart;

  /** A call whose marks are {@code 2 i + 1} and {@code 2 i + 2}; mark 0 is where the step began. */
  private record Call(Place place, String operation, Work work, double hostStart, double hostEnd) {}

  LaneProfile(Device device, int lane) {
    this.device = device;
    this.lane = lane;
  }

  /** The lane's operations, watched: a device has the same ones for a lane every time. */
  Ops around(Ops itsOps) {
    if (profiled == null) {
      ops = itsOps;
      profiled =
          (Ops)
              Proxy.newProxyInstance(Ops.class.getClassLoader(), new Class<?>[] {Ops.class}, this);
    }
    return profiled;
  }

  /** In the lane's thread: makes room for the calls of a step like the last one. */
  void prepare() {
    if (watch == null || room < ROOM * called) {
      closeWatch();
      room = Math.max(FEWEST_CALLS, 2 * ROOM * called);
      watch = device.stopwatch(2 * room + 1);
    }
  }

  /**
   * In the lane's thread, with nothing left to do in it: from now on calls are written down.
   *
   * @param now when the step began, in nanoseconds
   */
  void record(long now) {
    calls.clear();
    tasks.clear();
    called = 0;
    recording = true;
    began = now;
    watch.mark(0);
    marked = sinceBegan();
  }

  /** From now on calls are only counted. */
  void pass() {
    called = 0;
    recording = false;
  }

  void beginTask() {
    taskStart = sinceBegan();
  }

  void endTask() {
    if (recording) {
      tasks.add(new StepTimeline.Task(lane, taskStart, sinceBegan()));
    }
    leavePlace();
  }

  private double sinceBegan() {
    return (System.nanoTime() - began) * 1e-9;
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    String operation = method.getName();
    if (operation.equals(MARK)) {
      enter((Place) arguments[0]);
      return null;
    }
    if (method.getDeclaringClass() == Object.class) {
      return call(method, arguments);
    }
    called++;
    return recording ? recorded(operation, method, arguments) : call(method, arguments);
  }

  private Object recorded(String operation, Method method, Object[] arguments) throws Throwable {
    Work work = Operation.work(operation, arguments);
    return timed(operation, work, () -> call(method, arguments));
  }

  /** Something that a lane does. */
  interface Doing {
    Object run() throws Throwable;
  }

  /** Does something and writes it down, where calls are written down. */
  Object timed(String operation, Work work, Doing doing) throws Throwable {
    int index = calls.size();
    if (index >= room) {
      throw new IllegalStateException(
          "a step of more than %d operations, after one of far fewer".formatted(room));
    }
    OperationEvent event = new OperationEvent();
    event.begin();
    Nvtx.push(label(operation));
    double hostStart = sinceBegan();
    watch.mark(2 * index + 1);
    Object result = doing.run();
    watch.mark(2 * index + 2);
    calls.add(new Call(place, operation, work, hostStart, sinceBegan()));
    Nvtx.pop();
    if (event.shouldCommit()) {
      commit(event, operation, work);
    }
    return result;
  }

  boolean recording() {
    return recording;
  }

  private void commit(OperationEvent event, String operation, Work work) {
    event.operation = operation;
    event.phase = place.phase().word();
    event.part = place.part();
    event.lane = lane;
    event.bytes = work.bytes();
    event.flops = work.flops();
    event.commit();
  }

  private Object call(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(ops, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private void enter(Place next) {
    if (!next.equals(place)) {
      leavePlace();
      place = next;
      Nvtx.push(label(next.label()));
      inPlace = true;
    }
  }

  private void leavePlace() {
    if (inPlace) {
      Nvtx.pop();
      inPlace = false;
    }
    place = Place.OUTSIDE;
  }

  private static Nvtx.Label label(String text) {
    return Nvtx.on() ? Nvtx.label(text) : null;
  }

  /** The calls of the step that is over; waits for the last of them. */
  List<Span> spans() {
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      Call call = calls.get(i);
      spans.add(
          new Span(
              lane,
              call.place,
              call.operation,
              Operation.family(call.operation),
              call.work,
              marked + watch.seconds(0, 2 * i + 1),
              marked + watch.seconds(0, 2 * i + 2),
              call.hostStart,
              call.hostEnd));
    }
    return spans;
  }

  List<StepTimeline.Task> tasks() {
    return List.copyOf(tasks);
  }

  private void closeWatch() {
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  void close() {
    closeWatch();
  }
}
