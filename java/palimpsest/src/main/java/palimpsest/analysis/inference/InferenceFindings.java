package palimpsest.analysis.inference;

import static palimpsest.analysis.DataTable.row;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import palimpsest.analysis.DataTable;
import palimpsest.analysis.Findings;
import palimpsest.base.Matrix;
import palimpsest.base.RandomStream;
import palimpsest.base.Statistics;
import palimpsest.data.Passage;

/**
 * Whether the pretrained people are still in the weights.
 *
 * @param people suspects, and as many unseen
 * @param features names of the signs that the linear layer weighs
 * @param phases the test after each phase
 * @param control the test of the templates alone, after pretraining
 */
public record InferenceFindings(
    int people, List<String> features, List<Phase> phases, Control control) implements Findings {

  /** People of the B half. */
  private static final int[] COUNTS = {2, 3, 5, 10, 20, 50, 100, 200};

  /**
   * One place in the model's life.
   *
   * @param phase such as {@code pretrained}
   * @param step of task 1, 0 for its beginning; {@code null} before
   * @param outcome of the test with everybody
   * @param lossAuc how well the mean loss alone tells one member from one stranger
   * @param roles the losses of names, values and the rest
   * @param byCount the test with fewer people
   * @param nothing the same test of strangers against strangers
   */
  public record Phase(
      String phase,
      Integer step,
      MembershipTest.Outcome outcome,
      double lossAuc,
      List<RoleLoss> roles,
      List<MembershipTest.Outcome> byCount,
      NullSummary nothing) {}

  /**
   * What the tokens of one role cost, in nats a token.
   *
   * @param role {@code name}, {@code value} or {@code template}
   * @param suspects mean over suspects
   * @param unseen mean over unseen people
   * @param effect the difference over the standard deviation within the two groups; {@code null} if
   *     nothing scatters
   * @param auc the share of pairs whose suspect has the lower mean loss
   */
  public record RoleLoss(String role, double suspects, double unseen, Double effect, double auc) {
    static RoleLoss of(Passage.Role role, double[] suspects, double[] unseen) {
      double low = Statistics.mean(suspects);
      double high = Statistics.mean(unseen);
      double within =
          Math.sqrt(
              (Math.pow(Statistics.deviation(suspects), 2)
                      + Math.pow(Statistics.deviation(unseen), 2))
                  / 2);
      return new RoleLoss(
          role.name().toLowerCase(Locale.ROOT),
          low,
          high,
          within > 0 ? (high - low) / within : null,
          MembershipTest.auc(suspects, unseen));
    }
  }

  /**
   * What the null came to.
   *
   * @param people on either side
   * @param partings how many times strangers were parted
   * @param rejected share of single splits with p below {@link NullTest#ALPHA}
   * @param error standard error of that share, were the splits independent
   * @param doubled share of partings whose twice median is below {@link NullTest#ALPHA}
   * @param ps of the single splits, sorted
   */
  public record NullSummary(
      int people, int partings, double rejected, double error, double doubled, List<Double> ps) {
    static NullSummary of(NullTest test) {
      return new NullSummary(
          test.people(),
          test.ps().length,
          test.rejected(),
          test.error(),
          test.doubled(),
          Arrays.stream(test.ps()).boxed().toList());
    }
  }

  /** The suspects' and the unseen people's wording, told of strangers. */
  public record Control(MembershipTest.Outcome outcome, double lossAuc) {
    /** From what a model makes of the texts. */
    public static Control of(PersonFeatures suspects, PersonFeatures unseen, long seed) {
      RandomGenerator random = RandomStream.of(seed, "membership", "templates");
      return new Control(
          MembershipTest.of(suspects.features(), unseen.features(), random),
          InferenceFindings.lossAuc(suspects.features(), unseen.features()));
    }
  }

  /**
   * The test of one model.
   *
   * @param suspects n people
   * @param unseen 2 n people: the first n are tested against, all serve the null
   */
  public static Phase phase(
      String name, Integer step, PersonFeatures suspects, PersonFeatures unseen, long seed) {
    Matrix suspected = suspects.features();
    int n = suspected.rows();
    Matrix others = firstRows(unseen.features(), n);
    List<RoleLoss> roles = new ArrayList<>();
    for (Passage.Role role : Passage.Role.values()) {
      double[] unknown = Arrays.copyOf(unseen.byRole().get(role), n);
      roles.add(RoleLoss.of(role, suspects.byRole().get(role), unknown));
    }
    List<MembershipTest.Outcome> byCount = new ArrayList<>();
    for (int count : COUNTS) {
      if (count < n - n / 2) {
        byCount.add(MembershipTest.of(suspected, others, count, stream(seed, "splits")));
      }
    }
    MembershipTest.Outcome all = MembershipTest.of(suspected, others, stream(seed, "splits"));
    byCount.add(all);
    return new Phase(
        name,
        step,
        all,
        lossAuc(suspected, others),
        roles,
        byCount,
        NullSummary.of(NullTest.of(unseen.features(), n, NullTest.PARTINGS, stream(seed, "null"))));
  }

  /** The same draws in every phase: what differs between phases is the model alone. */
  private static RandomGenerator stream(long seed, String purpose) {
    return RandomStream.of(seed, "membership", purpose);
  }

  private static double lossAuc(Matrix suspects, Matrix unseen) {
    return MembershipTest.auc(suspects.column(0), unseen.column(0));
  }

  private static Matrix firstRows(Matrix matrix, int rows) {
    int columns = matrix.columns();
    return new Matrix(rows, columns, Arrays.copyOf(matrix.values(), rows * columns));
  }

  @Override
  public List<DataTable> tables() {
    return List.of(phaseTable(), countTable(), nullTable());
  }

  private DataTable phaseTable() {
    List<String> columns =
        new ArrayList<>(List.of("phase", "step", "people", "p", "auc", "smallest_p", "loss_auc"));
    for (Passage.Role role : Passage.Role.values()) {
      String name = role.name().toLowerCase(Locale.ROOT);
      columns.addAll(
          List.of(name + "_loss", name + "_loss_unseen", name + "_effect", name + "_auc"));
    }
    columns.addAll(List.of("null_rejected", "null_error", "null_doubled"));
    List<List<Object>> rows = new ArrayList<>();
    for (Phase phase : phases) {
      List<Object> cells =
          new ArrayList<>(
              row(
                  phase.phase(),
                  phase.step(),
                  phase.outcome().people(),
                  phase.outcome().p(),
                  phase.outcome().auc(),
                  phase.outcome().smallest(),
                  phase.lossAuc()));
      for (RoleLoss role : phase.roles()) {
        cells.addAll(row(role.suspects(), role.unseen(), role.effect(), role.auc()));
      }
      NullSummary nothing = phase.nothing();
      cells.addAll(List.of(nothing.rejected(), nothing.error(), nothing.doubled()));
      rows.add(cells);
    }
    return new DataTable("phases", columns, rows);
  }

  private DataTable countTable() {
    List<List<Object>> rows = new ArrayList<>();
    for (Phase phase : phases) {
      for (MembershipTest.Outcome outcome : phase.byCount()) {
        rows.add(
            row(
                phase.phase(),
                phase.step(),
                outcome.people(),
                outcome.p(),
                outcome.auc(),
                outcome.smallest()));
      }
    }
    return new DataTable(
        "people", List.of("phase", "step", "people", "p", "auc", "smallest_p"), rows);
  }

  private DataTable nullTable() {
    List<List<Object>> rows = new ArrayList<>();
    for (Phase phase : phases) {
      for (double p : phase.nothing().ps()) {
        rows.add(row(phase.phase(), phase.step(), p));
      }
    }
    return new DataTable("null", List.of("phase", "step", "p"), rows);
  }
}
