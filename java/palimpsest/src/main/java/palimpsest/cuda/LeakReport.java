package palimpsest.cuda;

import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import palimpsest.cuda.CudaHandle.CUevent;
import palimpsest.cuda.CudaHandle.CUgraph;
import palimpsest.cuda.CudaHandle.CUgraphExec;
import palimpsest.cuda.CudaHandle.CUmodule;
import palimpsest.cuda.CudaHandle.CUstream;

/**
 * Remembers what was made, and where in the program, until it is given back. It is for tests and
 * for debugging: {@link CudaContext#close} fails if something is left.
 */
public final class LeakReport extends ForwardingCudaDriver {
  /** The system property that turns this on. */
  public static final String PROPERTY = "palimpsest.cuda.leaks";

  private static final StackWalker STACK = StackWalker.getInstance();

  /** What is there, by kind and address: a device's and the host's may be the same number. */
  private final Map<Key, String> held = new LinkedHashMap<>();

  private record Key(String kind, long address) {}

  public LeakReport(CudaDriver driver) {
    super(driver);
  }

  /** What has not been given back, a line each; empty if all has. */
  public synchronized String report() {
    return held.values().stream().collect(Collectors.joining(System.lineSeparator()));
  }

  /**
   * @throws IllegalStateException with the report, if something has not been given back
   */
  public void check() {
    String report = report();
    if (!report.isEmpty()) {
      throw new IllegalStateException("not given back:" + System.lineSeparator() + report);
    }
  }

  @Override
  public long cuMemAlloc(long bytes) {
    return hold("device memory", bytes, super.cuMemAlloc(bytes));
  }

  @Override
  public void cuMemFree(long pointer) {
    super.cuMemFree(pointer);
    drop("device memory", pointer);
  }

  @Override
  public MemorySegment cuMemHostAlloc(long bytes, int flags) {
    MemorySegment pinned = super.cuMemHostAlloc(bytes, flags);
    hold("pinned memory", bytes, pinned.address());
    return pinned;
  }

  @Override
  public void cuMemFreeHost(MemorySegment pinned) {
    super.cuMemFreeHost(pinned);
    drop("pinned memory", pinned.address());
  }

  @Override
  public CUmodule cuModuleLoadData(MemorySegment image) {
    return hold("module", super.cuModuleLoadData(image));
  }

  @Override
  public void cuModuleUnload(CUmodule module) {
    super.cuModuleUnload(module);
    drop("module", module.address());
  }

  @Override
  public CUstream cuStreamCreate(int flags) {
    return hold("stream", super.cuStreamCreate(flags));
  }

  @Override
  public void cuStreamDestroy(CUstream stream) {
    super.cuStreamDestroy(stream);
    drop("stream", stream.address());
  }

  @Override
  public CUevent cuEventCreate(int flags) {
    return hold("event", super.cuEventCreate(flags));
  }

  @Override
  public void cuEventDestroy(CUevent event) {
    super.cuEventDestroy(event);
    drop("event", event.address());
  }

  @Override
  public CUgraph cuStreamEndCapture(CUstream stream) {
    return hold("graph", super.cuStreamEndCapture(stream));
  }

  @Override
  public void cuGraphDestroy(CUgraph graph) {
    super.cuGraphDestroy(graph);
    drop("graph", graph.address());
  }

  @Override
  public CUgraphExec cuGraphInstantiate(CUgraph graph, long flags) {
    return hold("executable graph", super.cuGraphInstantiate(graph, flags));
  }

  @Override
  public void cuGraphExecDestroy(CUgraphExec graph) {
    super.cuGraphExecDestroy(graph);
    drop("executable graph", graph.address());
  }

  private <H extends CudaHandle> H hold(String kind, H handle) {
    remember(kind, handle.address(), kind);
    return handle;
  }

  private long hold(String kind, long bytes, long address) {
    remember(kind, address, "%,d bytes of %s".formatted(bytes, kind));
    return address;
  }

  private synchronized void remember(String kind, long address, String what) {
    held.put(new Key(kind, address), "%s, made at %s".formatted(what, site()));
  }

  private synchronized void drop(String kind, long address) {
    held.remove(new Key(kind, address));
  }

  /** The first caller outside this class. */
  private static String site() {
    return STACK.walk(
        frames ->
            frames
                .filter(frame -> !frame.getClassName().equals(LeakReport.class.getName()))
                .findFirst()
                .map(StackWalker.StackFrame::toString)
                .orElse("an unknown place"));
  }
}
