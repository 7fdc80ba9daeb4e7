package palimpsest.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import palimpsest.base.StopRequest;
import palimpsest.data.Question;
import palimpsest.data.QuestionFile;
import palimpsest.ops.Device;
import palimpsest.report.Results;
import palimpsest.train.Learner;
import palimpsest.train.Scored;

/**
 * How a model answers the questions of a file.
 *
 * @param tokens of all answers, ends included
 * @param loss mean negative log-likelihood of those tokens, in nats
 */
public record Evaluation(
    int questions, int tokens, double loss, double firstToken, double exactMatch) {
  /** Between two looks at a wish to stop. */
  private static final int QUESTIONS_AT_ONCE = 512;

  /**
   * @param model a GPT-NeoX folder with its tokenizer
   * @param data JSON lines, see {@link QuestionFile}
   */
  public static Evaluation of(Path model, Path data, Device device, StopRequest stop) {
    try (var opened = OpenedModel.open(model, device);
        var learner = new Learner(device, opened.parameters())) {
      List<Question> questions =
          QuestionFile.read(data, opened.tokenizer(), opened.parameters().config().positions());
      List<Scored> scored = new ArrayList<>(questions.size());
      for (int first = 0; first < questions.size(); first += QUESTIONS_AT_ONCE) {
        stop.check();
        int end = Math.min(first + QUESTIONS_AT_ONCE, questions.size());
        scored.addAll(learner.score(questions.subList(first, end)));
      }
      return of(scored);
    }
  }

  private static Evaluation of(List<Scored> scored) {
    int tokens = scored.stream().mapToInt(answer -> answer.predicted().length).sum();
    double losses =
        scored.stream().mapToDouble(answer -> answer.loss() * answer.predicted().length).sum();
    Results.Accuracy accuracy = Scores.accuracy(scored);
    return new Evaluation(
        scored.size(), tokens, losses / tokens, accuracy.firstToken(), accuracy.exactMatch());
  }
}
