package palimpsest.lab;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import palimpsest.data.Question;
import palimpsest.io.AtomicFiles;

/**
 * The questions that the answers in {@code predictions} belong to: the n-th answer of a line is to
 * the n-th question of its set.
 */
final class QuestionList {
  private QuestionList() {}

  /** One line of the file. */
  private record Line(
      String set,
      int number,
      int subject,
      String attribute,
      String prompt,
      String answer,
      int[] answerIds) {}

  static void write(Path file, TaskStream stream) {
    AtomicFiles.createFolders(file.getParent());
    AtomicFiles.write(
        file,
        out -> {
          Writer lines = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
          for (Task task : stream.tasks()) {
            for (String split : List.of(Task.TRAIN, Task.DEV, Task.TEST)) {
              write(lines, Examiner.set(task, split), task.split(split));
            }
          }
          write(lines, Examiner.RECALL, stream.recall());
          lines.flush();
        });
  }

  private static void write(Writer lines, String set, List<Question> questions) throws IOException {
    int number = 0;
    for (Question question : questions) {
      var line =
          new Line(
              set,
              number++,
              question.subject(),
              question.attribute(),
              question.prompt(),
              question.answer(),
              question.answerIds());
      lines.write(OutcomeJson.MAPPER.writeValueAsString(line));
      lines.write('\n');
    }
  }
}
