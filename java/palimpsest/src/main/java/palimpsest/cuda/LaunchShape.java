package palimpsest.cuda;

/** How many threads a kernel is launched with, in blocks of a grid, and their shared memory. */
public record LaunchShape(
    int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int sharedBytes) {

  /** Such as {@code grid 12x1x1, block 256x1x1, 0 bytes shared}. */
  @Override
  public String toString() {
    return "grid %dx%dx%d, block %dx%dx%d, %d bytes shared"
        .formatted(gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes);
  }
}
