package palimpsest.continual;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import palimpsest.data.Batch;
import palimpsest.train.Objective;
import palimpsest.train.Term;

/**
 * Mixes what the model was pretrained on into each step: beside the B questions, {@code share · B}
 * chunks of biographies, as they came in pretraining. The loss is {@code L_questions + share ·
 * L_biographies}, each the mean over its own counted tokens. {@code share=0} mixes in nothing.
 */
final class Biographies implements Strategy {
  static final StrategyKind KIND =
      new StrategyKind() {
        @Override
        public Declaration declaration() {
          return new Declaration(
              "bio",
              List.of(new Parameter.Share("share", "s", 0.1, true, true)),
              "Adds to each batch a share s of its rows in chunks of the biographies, weighted s.");
        }

        @Override
        public Optional<String> misfit(Values values, Setting setting) {
          double share = values.share("share");
          return share > 0 && rows(share, setting.rows()) == 0
              ? Optional.of("share=%s is less than one row of %d".formatted(share, setting.rows()))
              : Optional.empty();
        }

        @Override
        public List<String> examples() {
          return List.of("bio", "bio:share=0.3");
        }

        @Override
        public Neutral neutral() {
          return new Neutral.Form("bio:share=0");
        }

        @Override
        public OldData oldData(Values values) {
          return OldData.TEXTS;
        }

        @Override
        public double stepCost(Values values, Setting setting) {
          // a chunk has some eight times the tokens of a question
          return 1 + 8 * values.share("share");
        }

        @Override
        public Strategy begin(Values values) {
          return new Biographies(values.share("share"));
        }
      };

  private final double share;
  private Supplier<Batch> texts;
  private Batch chunks;
  private int batches;
  private int taken;

  private Biographies(double share) {
    this.share = share;
  }

  @Override
  public void beforeTask(TaskContext task) {
    if (share > 0) {
      texts = task.texts().get();
      batches = 0;
      nextChunks();
    }
  }

  @Override
  public List<Term> terms(StepRows rows, TaskContext task) {
    int count = rows(share, rows.batch().rows());
    return share == 0 ? List.of() : List.of(new Term("bio", next(count), Objective.TARGETS, share));
  }

  /**
   * The next rows of the stream; its batches hold until the next is asked for, so they are copied.
   */
  private Batch next(int count) {
    int length = chunks.length();
    int[] tokens = new int[count * length];
    int[] targets = new int[count * length];
    for (int row = 0; row < count; row++) {
      if (taken == chunks.rows()) {
        nextChunks();
      }
      System.arraycopy(chunks.tokens(), taken * length, tokens, row * length, length);
      System.arraycopy(chunks.targets(), taken * length, targets, row * length, length);
      taken++;
    }
    return new Batch(count, length, tokens, targets);
  }

  private void nextChunks() {
    chunks = texts.get();
    batches++;
    taken = 0;
  }

  @Override
  public StrategyState midway() {
    return new StrategyState().put("batches", batches).put("taken", taken);
  }

  /** Takes as many batches as were taken: texts are drawn a hundred times faster than learned. */
  @Override
  public void goOn(StrategyState midway) {
    while (batches < midway.number("batches")) {
      nextChunks();
    }
    taken = (int) midway.number("taken");
  }

  private static int rows(double share, int rows) {
    return (int) Math.round(share * rows);
  }
}
