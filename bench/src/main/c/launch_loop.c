// The launch loop as a C program would have it, to hold the ways from Java against: the same driver,
// context, kernel and arguments, and no Java between two launches. bench/run compiles it where it
// finds a C compiler.

typedef int (*launch_kernel)(void *function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                             unsigned block_x, unsigned block_y, unsigned block_z,
                             unsigned shared_bytes, void *stream, void **parameters, void **extra);

// Launches so many times; the first error ends it.
int launch_loop(launch_kernel launch, void *function, void *stream, void **parameters, int times) {
  for (int i = 0; i < times; i++) {
    int code = launch(function, 1, 1, 1, 32, 1, 1, 0, stream, parameters, 0);
    if (code != 0) return code;
  }
  return 0;
}

// What takes a launch's arguments and does nothing: the cost of the call alone.
int launch_nothing(void *function, unsigned grid_x, unsigned grid_y, unsigned grid_z,
                   unsigned block_x, unsigned block_y, unsigned block_z, unsigned shared_bytes,
                   void *stream, void **parameters, void **extra) {
  return 0;
}
