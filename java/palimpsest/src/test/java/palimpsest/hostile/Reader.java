package palimpsest.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import palimpsest.base.UserException;
import palimpsest.continual.MetricsFile;
import palimpsest.continual.StrategyState;
import palimpsest.data.QuestionFile;
import palimpsest.data.Tokenizer;
import palimpsest.data.Tokenizers;
import palimpsest.io.Safetensors;
import palimpsest.lab.ConfigFile;
import palimpsest.lab.SweepPlan;
import palimpsest.model.GptNeoxFiles;
import palimpsest.model.ModelFolder;
import palimpsest.model.Parameters;
import palimpsest.ops.cpu.CpuDevice;
import palimpsest.report.Comparison;
import palimpsest.report.Export;
import palimpsest.report.MadeUpRun;
import palimpsest.report.ReportPage;

/**
 * The readers of files that may come from anywhere. Each has a sound example, the file of it that
 * is tampered with, and what the program does with it, as far as it does anything.
 */
enum Reader {
  SAFETENSORS("model.safetensors") {
    @Override
    void place(Path folder) {
      Samples.model(folder, false);
    }

    @Override
    Object read(Path folder) {
      try (Safetensors source = Safetensors.open(folder.resolve(file()))) {
        return source.names().stream().map(name -> name + source.shape(name)).toList().toString()
            + source.metadata();
      }
    }
  },
  CONFIG("config.json") {
    @Override
    void place(Path folder) {
      Samples.model(folder, false);
    }

    @Override
    Object read(Path folder) {
      GptNeoxFiles.readConfig(folder);
      return weights(folder);
    }
  },
  INDEX("model.safetensors.index.json") {
    @Override
    void place(Path folder) {
      Samples.indexed(folder);
    }

    @Override
    Object read(Path folder) {
      return weights(folder);
    }
  },
  WORDS("tokenizer.json") {
    @Override
    void place(Path folder) {
      Samples.resource(folder, file(), "words.json");
    }

    @Override
    Object read(Path folder) {
      return tokens(folder);
    }
  },
  BYTE_PAIRS("tokenizer.json") {
    @Override
    void place(Path folder) {
      Samples.resource(folder, file(), "bpe.json");
    }

    @Override
    Object read(Path folder) {
      return tokens(folder);
    }
  },
  QUESTIONS("questions.jsonl") {
    @Override
    void place(Path folder) {
      Samples.text(
          folder,
          file(),
          """
          {"prompt": "Where was Ann born?", "answer": "Paris"}

          {"prompt": "What did Bob study? ", "answer": "physics", "attribute": "major"}
          """);
    }

    @Override
    Object read(Path folder) {
      return QuestionFile.read(folder.resolve(file()), new Letters(), 100).stream()
          .map(question -> question.prompt() + question.answer())
          .toList();
    }
  },
  CONFIGURATION("config.yaml") {
    @Override
    void place(Path folder) {
      Samples.text(folder, file(), ConfigFile.text(ConfigFile.load("micro", List.of())));
    }

    @Override
    Object read(Path folder) {
      return ConfigFile.load(folder.resolve(file()).toString(), List.of());
    }
  },
  SWEEP("sweep.yaml") {
    @Override
    void place(Path folder) {
      Samples.text(
          folder,
          file(),
          """
          preset: micro
          set: ["pretrain.steps=3"]
          seeds: [1, 2]
          trials: 4
          lowest_rate: 1.0e-4
          highest_rate: 1.0e-2
          methods: [seq, "freeze:1|freeze:2"]
          """);
    }

    @Override
    Object read(Path folder) {
      return SweepPlan.read(folder.resolve(file())).grid();
    }
  },
  RESULTS("results.json") {
    @Override
    void place(Path folder) {
      MadeUpRun.writeResults(folder);
    }

    @Override
    Object read(Path folder) {
      ReportPage.write(folder);
      Export.csv(folder);
      return Comparison.of(List.of(folder)).text();
    }
  },
  ANALYSIS("analysis/landscape.json") {
    @Override
    void place(Path folder) {
      MadeUpRun.write(folder);
    }

    @Override
    Object read(Path folder) {
      return ReportPage.write(folder);
    }
  },
  METRICS("matrix.json") {
    @Override
    void place(Path folder) {
      Samples.text(
          folder,
          file(),
          "{\"R\": [[0.9, 0.1], [0.4, 0.95]], \"baseline\": [0.1, null], \"single\": null}");
    }

    @Override
    Object read(Path folder) {
      return MetricsFile.json(MetricsFile.read(folder.resolve(file())));
    }
  },
  STRATEGY("strategy.json") {
    @Override
    void place(Path folder) {
      Samples.strategy(folder);
    }

    @Override
    Object read(Path folder) {
      return StrategyState.load(folder);
    }
  },
  STRATEGY_TENSORS("strategy.safetensors") {
    @Override
    void place(Path folder) {
      Samples.strategy(folder);
    }

    @Override
    Object read(Path folder) {
      return StrategyState.load(folder);
    }
  },
  /** What this program saved has checksums: here nothing that was changed may be believed. */
  SAVED_WEIGHTS("model.safetensors") {
    @Override
    void place(Path folder) {
      Samples.model(folder, true);
    }

    @Override
    Object read(Path folder) {
      return weights(folder);
    }

    @Override
    boolean hasChecksum() {
      return true;
    }
  },
  SAVED_SIZES("config.json") {
    @Override
    void place(Path folder) {
      Samples.model(folder, true);
    }

    @Override
    Object read(Path folder) {
      return weights(folder);
    }

    @Override
    boolean hasChecksum() {
      return true;
    }
  },
  CHECKSUMS("model.sha256") {
    @Override
    void place(Path folder) {
      Samples.model(folder, true);
    }

    @Override
    Object read(Path folder) {
      return weights(folder);
    }

    @Override
    boolean hasChecksum() {
      return true;
    }
  };

  private final String file;

  Reader(String file) {
    this.file = file;
  }

  /** The file that is tampered with, within the folder. */
  String file() {
    return file;
  }

  /** Writes a sound example into an empty folder. */
  abstract void place(Path folder);

  /** Reads it, and does with it what the program does; what comes out can be compared. */
  abstract Object read(Path folder);

  /** Whether anything but what was written is refused. */
  boolean hasChecksum() {
    return false;
  }

  /**
   * Reads a folder whose file was tampered with.
   *
   * @return what was read; {@code null} where it was refused in one line that names the file
   * @throws AssertionError if it was refused in any other way
   */
  Object withstand(Path folder) {
    try {
      return read(folder);
    } catch (UserException refused) {
      String line = refused.getMessage();
      String name = Path.of(file).getFileName().toString();
      boolean named = line.contains(name) || line.contains(folder.toString());
      if (line.lines().count() != 1 || line.length() > 1000 || !named) {
        throw new AssertionError("told in a wrong way: " + line, refused);
      }
      return null;
    } catch (RuntimeException | StackOverflowError unexpected) {
      throw new AssertionError("a fault: " + unexpected, unexpected);
    }
  }

  /** The same of other bytes in the place of the file's. */
  Object withstand(Path folder, byte[] content) {
    try {
      Files.write(folder.resolve(file), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return withstand(folder);
  }

  private static String weights(Path folder) {
    try (var device = new CpuDevice(1);
        Parameters parameters = ModelFolder.open(device, folder)) {
      return parameters.config() + Integer.toString(Arrays.hashCode(parameters.copy()));
    }
  }

  private static String tokens(Path folder) {
    try (Tokenizer tokenizer = Tokenizers.load(folder.resolve("tokenizer.json"))) {
      String text;
      try {
        text = Arrays.toString(tokenizer.encode("He was born in Paris."));
      } catch (UserException unknown) {
        text = "it has no such word";
      }
      int last = tokenizer.vocabulary() - 1;
      return text + tokenizer.decode(new int[] {last, last / 2, tokenizer.endOfText()});
    }
  }
}
