package palimpsest.ops;

/** For lanes that are done with an operation when it returns: the thread's own clock. */
final class HostStopwatch implements Stopwatch {
  private final long[] nanoseconds;

  HostStopwatch(int marks) {
    nanoseconds = new long[marks];
  }

  @Override
  public void mark(int index) {
    nanoseconds[index] = System.nanoTime();
  }

  @Override
  public double seconds(int from, int to) {
    return (nanoseconds[to] - nanoseconds[from]) * 1e-9;
  }

  @Override
  public void close() {}
}
