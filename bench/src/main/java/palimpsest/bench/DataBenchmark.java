package palimpsest.bench;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import palimpsest.data.Batch;
import palimpsest.data.Biographies;
import palimpsest.data.BiographySpec;
import palimpsest.data.Population;
import palimpsest.data.PretrainingStream;
import palimpsest.data.WordTokenizer;
import palimpsest.lab.Config;
import palimpsest.lab.ConfigFile;

/**
 * What a step waits for before it begins: a biography turned into tokens, and a batch of {@code
 * tiny} put together from biographies, its share of each epoch's texts and tokens included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {Lane.MODULES, Lane.NATIVE, Lane.COLLECTOR})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DataBenchmark {
  private WordTokenizer tokenizer;
  private String biography;
  private PretrainingStream stream;

  @Setup(Level.Trial)
  public void setUp() {
    Config config = ConfigFile.load("tiny", List.of());
    Population population = Population.generate(config.data().population(), 1);
    BiographySpec spec = config.data().biographies();
    tokenizer = WordTokenizer.of(config.data().population(), spec);
    biography = new Biographies(spec).fresh(population.pretrained().getFirst(), new Random(1));
    stream =
        new PretrainingStream(
            population.pretrained(),
            spec,
            tokenizer,
            1,
            config.pretrain().batch(),
            config.pretrain().length(),
            config.data().maskAfterEnd());
  }

  @Benchmark
  public int[] encode() {
    return tokenizer.encode(biography);
  }

  @Benchmark
  public Batch nextBatch() {
    return stream.next();
  }
}

// To run it: bench/run DataBenchmark
// A step of tiny takes tens of milliseconds: what a batch takes beside that is bench/run
// TrainingStep
