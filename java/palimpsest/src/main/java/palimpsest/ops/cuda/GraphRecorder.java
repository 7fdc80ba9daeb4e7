package palimpsest.ops.cuda;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import palimpsest.cuda.CudaContext;
import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaException;
import palimpsest.cuda.CudaHandle.CUgraph;
import palimpsest.cuda.CudaHandle.CUgraphExec;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.ops.AdamWStep;
import palimpsest.ops.Ops;
import palimpsest.ops.SegmentTable;
import palimpsest.ops.StepRecorder;
import palimpsest.ops.Tensor;

/**
 * Records a step as a CUDA graph and launches that. The first time a key comes its work is done as
 * it is: memory that grows and limits that are raised on the way are then settled.
 */
final class GraphRecorder implements StepRecorder, AutoCloseable {
  /** Of batches of questions every shape is another. */
  private static final int MOST_GRAPHS = 32;

  private final CudaContext context;
  private final CudaDriver driver;
  private final CUstream stream;
  private final CudaOps ops;
  private final Workspace workspace;
  private final boolean records;
  private final Set<Object> seen = new HashSet<>();

  /** The one that was not launched for longest comes first. */
  private final Map<Object, CUgraphExec> graphs = new LinkedHashMap<>(16, 0.75f, true);

  /** Memory that the graphs read. */
  private long workspaceAddress;

  /**
   * @param records whether anything is recorded at all
   */
  GraphRecorder(
      CudaContext context, CUstream stream, CudaOps ops, Workspace workspace, boolean records) {
    this.context = context;
    this.stream = stream;
    this.ops = ops;
    this.workspace = workspace;
    this.records = records;
    driver = context.driver();
  }

  @Override
  public void prepare(AdamWStep step, double clip) {
    context.makeCurrent();
    ops.adamw().prepare(step, clip);
  }

  @Override
  public void run(Object key, Consumer<Ops> work) {
    context.makeCurrent();
    if (workspace.address() != workspaceAddress) {
      forget();
    }
    CUgraphExec graph = graphs.get(key);
    if (graph == null && records && !seen.add(key)) {
      graph = record(work);
      graphs.put(key, graph);
      dropOldest();
    }
    if (graph == null) {
      work.accept(ops);
    } else {
      driver.cuGraphLaunch(graph, stream);
    }
    workspaceAddress = workspace.address();
  }

  private CUgraphExec record(Consumer<Ops> work) {
    driver.cuStreamBeginCapture(stream, CudaDriver.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
    try {
      work.accept(ops);
    } catch (RuntimeException e) {
      abandon(e);
      throw e;
    }
    CUgraph graph = driver.cuStreamEndCapture(stream);
    try {
      return driver.cuGraphInstantiate(graph, 0);
    } finally {
      driver.cuGraphDestroy(graph);
    }
  }

  private void abandon(RuntimeException because) {
    try {
      driver.cuGraphDestroy(driver.cuStreamEndCapture(stream));
    } catch (CudaException e) {
      because.addSuppressed(e);
    }
  }

  private void dropOldest() {
    if (graphs.size() > MOST_GRAPHS) {
      Object oldest = graphs.keySet().iterator().next();
      driver.cuStreamSynchronize(stream);
      driver.cuGraphExecDestroy(graphs.remove(oldest));
      seen.remove(oldest);
    }
  }

  @Override
  public void clippedAdamw(
      SegmentTable segments,
      Tensor weights,
      Tensor compute,
      Tensor gradients,
      Tensor moment1,
      Tensor moment2) {
    CudaSegments trained = (CudaSegments) segments;
    long squares = ops.ranges().squaresOnDevice(trained, gradients);
    ops.adamw().clip(squares);
    ops.adamw().stepPrepared(trained, weights, compute, gradients, moment1, moment2);
  }

  @Override
  public double squares() {
    context.makeCurrent();
    return ops.ranges().lastSum();
  }

  @Override
  public void forget() {
    context.makeCurrent();
    if (!graphs.isEmpty()) {
      driver.cuStreamSynchronize(stream);
    }
    graphs.values().forEach(driver::cuGraphExecDestroy);
    graphs.clear();
    seen.clear();
  }

  @Override
  public void close() {
    forget();
  }
}
