package palimpsest.lab;

/** Weights of one seed's model at one place of its life, of those that a run may have kept. */
public sealed interface Checkpoint {
  /** As the seed first draws them; never kept, for they can be drawn again. */
  record Initial() implements Checkpoint {
    @Override
    public String text() {
      return "the random weights";
    }
  }

  /** In the course of pretraining. */
  record Pretraining(int step) implements Checkpoint {
    @Override
    public String text() {
      return "step %d of pretraining".formatted(step);
    }
  }

  /** At the end of pretraining. */
  record Pretrained() implements Checkpoint {
    @Override
    public String text() {
      return "the end of pretraining";
    }
  }

  /** Along task 1 by the method looked at; step 0 is the end of task 0. */
  record Task1(int step) implements Checkpoint {
    @Override
    public String text() {
      return step == 0 ? "the end of task 0" : "step %d of task 1".formatted(step);
    }
  }

  /** In words. */
  String text();
}
