package palimpsest.data;

/** Batches without end; one can note where one is among them and go there again. */
public interface BatchSource {
  /** The next batch. */
  Batch next();

  /** Where the next batch begins. */
  Place place();

  /** Makes the batch that begins at a {@link #place} the next one; it must not lie behind. */
  void goTo(Place place);
}
