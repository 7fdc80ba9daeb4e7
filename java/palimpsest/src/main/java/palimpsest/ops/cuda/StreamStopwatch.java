package palimpsest.ops.cuda;

import palimpsest.cuda.CudaDriver;
import palimpsest.cuda.CudaHandle.CUevent;
import palimpsest.cuda.CudaHandle.CUstream;
import palimpsest.ops.Stopwatch;

/** Marks are events in the stream; they tell times to about half a microsecond. */
final class StreamStopwatch implements Stopwatch {
  private final CudaDriver driver;
  private final CUstream stream;
  private final CUevent[] events;

  StreamStopwatch(CudaDriver driver, CUstream stream, int marks) {
    this.driver = driver;
    this.stream = stream;
    events = new CUevent[marks];
    for (int i = 0; i < marks; i++) {
      events[i] = driver.cuEventCreate(CudaDriver.CU_EVENT_DEFAULT);
    }
  }

  @Override
  public void mark(int index) {
    driver.cuEventRecord(events[index], stream);
  }

  @Override
  public double seconds(int from, int to) {
    driver.cuEventSynchronize(events[to]);
    return driver.cuEventElapsedTime(events[from], events[to]) * 1e-3;
  }

  @Override
  public void close() {
    for (CUevent event : events) {
      driver.cuEventDestroy(event);
    }
  }
}
