package palimpsest.lab;

import java.util.List;
import java.util.stream.IntStream;
import palimpsest.continual.Setting;
import palimpsest.data.BiographySpec;
import palimpsest.data.PopulationSpec;
import palimpsest.io.yaml.About;
import palimpsest.io.yaml.Above;
import palimpsest.io.yaml.AtLeast;
import palimpsest.io.yaml.AtMost;
import palimpsest.io.yaml.Flat;
import palimpsest.io.yaml.MaybeEmpty;
import palimpsest.io.yaml.OneOf;
import palimpsest.model.Initialisation;
import palimpsest.model.MemoryUse;
import palimpsest.model.ModelConfig;
import palimpsest.model.PrefixCache;
import palimpsest.model.Recompute;
import palimpsest.ops.Activation;
import palimpsest.ops.cpu.BlasChoice;
import palimpsest.train.Recipe;

/**
 * The complete configuration of a run: with the same one, a run gives the same bits again. In YAML
 * the keys are the components' names in snake case. {@link ConfigFile} loads and writes it.
 */
public record Config(
    @About("the preset this began from") String preset,
    @About("each seed is an independent replicate of the whole chain") @AtLeast(0) List<Long> seeds,
    @About("fine-tunings of the same pretrained model; never enter intervals")
        @AtLeast(1)
        @AtMost(1000)
        int repeats,
    @About("continual-learning methods, compared at matched task 1 accuracy") List<String> methods,
    @About("steps between two lines of metrics.jsonl") @AtLeast(1) int logEvery,
    @About("word, or the path of a Hugging Face tokenizer.json") String tokenizer,
    Device device,
    Blas blas,
    Data data,
    Model model,
    Optimizer optimizer,
    Pretrain pretrain,
    Task0 task0,
    Task1 task1,
    Recovery recovery,
    Evaluation evaluation,
    Checkpoints checkpoints) {

  /** What methods have to fit. */
  Setting setting() {
    return new Setting(model.layers(), task1.batch(), model.positions(), model.tiedHead());
  }

  /** The value of {@link #tokenizer} for one word, one token. */
  public static final String WORD_TOKENIZER = "word";

  public record Device(
      @About("where to compute: cuda is a GPU, sim the CUDA path on the CPU")
          @OneOf({"auto", "cpu", "cuda", "sim"})
          String kind,
      @About("which GPU") @AtLeast(0) @AtMost(9999) int ordinal,
      @About("how the CUDA driver is called") @OneOf({"ffm", "jcuda"}) String driver,
      @About("threads of the CPU; 0: one per core") @AtLeast(0) @AtMost(1024) int threads,
      @About("what weights are multiplied in; bf16 needs CUDA") @OneOf({"fp32", "bf16"})
          String dtype,
      @About("record whole training steps as CUDA graphs; changes no bit") boolean graph,
      @About("activations to compute again rather than keep; changes no bit") Recompute recompute,
      @About(
              "MiB in which the outputs of frozen layers are kept for each sequence of tokens; 0:"
                  + " none are")
          @AtLeast(0)
          int prefixCache,
      @About("MiB for those beyond: of a file on the CPU, of pinned memory with a GPU") @AtLeast(0)
          int prefixOverflow) {
    public MemoryUse memory() {
      return new MemoryUse(
          recompute, new PrefixCache.Budget((long) prefixCache << 20, (long) prefixOverflow << 20));
    }
  }

  public record Blas(
      @About("what multiplies matrices on the CPU; auto: oneDNN, or else OpenBLAS")
          @OneOf({BlasChoice.ANY, BlasChoice.ONEDNN, BlasChoice.OPENBLAS})
          String library,
      @About("OpenBLAS core, such as SkylakeX or Haswell") String core) {
    BlasChoice choice() {
      return new BlasChoice(library, core);
    }
  }

  /** The people, and the biographies and questions about them. */
  public record Data(
      @About("people with biographies; the first half is asked about in task 0")
          @AtLeast(2)
          @AtMost(10_000_000)
          int people,
      @About("people of each task after task 0, never in a biography")
          @AtLeast(1)
          @AtMost(10_000_000)
          int newPeople,
      @About("tasks in all: task 0, and those about new people, each about its own")
          @AtLeast(2)
          @AtMost(100)
          int tasks,
      @About("people of task 1, task 2, ..., new_people at most; []: new_people each")
          @MaybeEmpty
          @AtLeast(1)
          List<Integer> sizes,
      @About("tasks in the order they are learned, 0 first; []: as they are numbered")
          @MaybeEmpty
          @AtLeast(0)
          List<Integer> order,
      @About("people that task 0 is taught about, k for a k-shot task; 0: the first half")
          @AtLeast(0)
          int taughtPeople,
      Names names,
      @About("birth cities") @AtLeast(1) int cities,
      @AtLeast(1) int universities,
      @AtLeast(1) int majors,
      @About("each decides its people's company city") @AtLeast(1) int companies,
      @About("birth years") @AtLeast(1) int years,
      @About("sentences an attribute can be said in") @AtLeast(1) int templates,
      @About("fixed biographies of a person; 0: fresh ones every epoch") @AtLeast(0) @AtMost(1000)
          int versions,
      @About("sentences in random order") boolean permute,
      @About("the whole name in every sentence") boolean fullName,
      @About("the token after a biography's end is not learnt") boolean maskAfterEnd,
      @About("share of the held-out people that tuning may look at") @Above(0) @AtMost(0.9)
          double devShare) {

    /** The tasks in the order they are learned, by their numbers in this configuration. */
    public List<Integer> learned() {
      return order.isEmpty() ? IntStream.range(0, tasks).boxed().toList() : order;
    }

    /** New people of a task, 1 and above. */
    public int size(int task) {
      return sizes.isEmpty() ? newPeople : sizes.get(task - 1);
    }

    /** People that no question of a test is about, the first half; task 0 may teach fewer. */
    public int trainPeople() {
      return people / 2;
    }

    /** People that task 0 is tested on: known from biographies, never from questions. */
    public int heldOutPeople() {
      return people - trainPeople();
    }

    public int devPeople() {
      return (int) Math.round(devShare * heldOutPeople());
    }

    public int testPeople() {
      return heldOutPeople() - devPeople();
    }

    /** Everybody: the people, and new ones for each task that follows. */
    public PopulationSpec population() {
      return new PopulationSpec(
          people,
          newPeople,
          tasks - 1,
          names.first(),
          names.middle(),
          names.last(),
          cities,
          universities,
          majors,
          companies,
          years);
    }

    public BiographySpec biographies() {
      return new BiographySpec(versions, permute, fullName, templates);
    }
  }

  /** Sizes of the pools names are drawn from. */
  public record Names(@AtLeast(1) int first, @AtLeast(1) int middle, @AtLeast(1) int last) {}

  public record Model(
      @About("L") @AtLeast(1) @AtMost(1000) int layers,
      @About("C") @AtLeast(2) @AtMost(65_536) int width,
      @About("H; each has width / heads dimensions") @AtLeast(1) @AtMost(65_536) int heads,
      @About("0: four times the width") @AtLeast(0) @AtMost(1_048_576) int mlpWidth,
      @About("share of each head that is rotated") @AtLeast(0) @AtMost(1) double rotaryShare,
      @Above(1) double rotaryBase,
      @About("attention and MLP side by side") boolean parallelResidual,
      @About("the output matrix is the embedding") boolean tiedHead,
      @About("longest sequence") @AtLeast(2) @AtMost(1_048_576) int positions,
      @Above(0) @AtMost(1) double layerNormEpsilon,
      @About("of the MLP; gelu: by the error function, gelu_tanh: by tanh") Activation activation,
      @About("small: sqrt(2/5C), outputs 2/(L sqrt C); normal: 0.02")
          Initialisation initialisation) {

    /** The model's shape for a tokenizer with this many ids. */
    public ModelConfig shape(int vocabulary) {
      return new ModelConfig(
          layers,
          width,
          heads,
          mlpWidth == 0 ? Math.multiplyExact(4, width) : mlpWidth,
          vocabulary,
          positions,
          rotaryShare,
          rotaryBase,
          parallelResidual,
          tiedHead,
          layerNormEpsilon,
          activation);
    }
  }

  public record Optimizer(
      @About("AdamW's moments go on from phase to phase") boolean carryMoments) {}

  /** How AdamW is used in a phase: {@link Recipe} without its length. */
  public record Rates(
      @About("the peak") @Above(0) @AtMost(1) double learningRate,
      @About("last rate over the peak, reached by a cosine; 1: constant") @AtLeast(0) @AtMost(1)
          double minimumRatio,
      @About("steps of linear warm-up") @AtLeast(0) int warmup,
      @AtLeast(0) @AtMost(0.999_999) double beta1,
      @AtLeast(0) @AtMost(0.999_999_9) double beta2,
      @Above(0) @AtMost(1) double epsilon,
      @AtLeast(0) @AtMost(10) double weightDecay,
      @About("biases and norms too") boolean decayAll,
      @About("largest global gradient norm; 0: any") @AtLeast(0) double clip) {

    Recipe over(int steps) {
      return new Recipe(
          steps,
          learningRate,
          minimumRatio,
          warmup,
          beta1,
          beta2,
          epsilon,
          weightDecay,
          decayAll,
          clip);
    }
  }

  public record Pretrain(
      @AtLeast(1) @AtMost(100_000_000) int steps,
      @About("B, chunks of the packed biographies") @AtLeast(1) @AtMost(65_536) int batch,
      @About("T") @AtLeast(2) @AtMost(1_048_576) int length,
      @Flat Rates rates) {
    public Recipe recipe() {
      return rates.over(steps);
    }
  }

  public record Task0(
      @AtLeast(1) @AtMost(100_000_000) int steps,
      @About("questions a step") @AtLeast(1) @AtMost(65_536) int batch,
      @Flat Rates rates) {
    public Recipe recipe() {
      return rates.over(steps);
    }
  }

  public record Task1(
      @About("seq stops here at the latest, other methods at longest_ratio times seq's steps")
          @AtLeast(1)
          @AtMost(30_000_000)
          int maxSteps,
      @AtLeast(1) @AtMost(30) double longestRatio,
      @About("questions a step") @AtLeast(1) @AtMost(65_536) int batch,
      @About("exact match on the questions of task 1 at which to stop") @Above(0) @AtMost(1)
          double target,
      @About("steps between two checks whether a share of task 1 is known") @AtLeast(1)
          int checkEvery,
      @About("steps between two points of the curve, which all tasks are asked for") @AtLeast(1)
          int curveEvery,
      @About("steps between two points of the curve early on") @AtLeast(1) int denseEvery,
      @About("last step of early on; 0: none") @AtLeast(0) int denseUntil,
      @Flat Rates rates) {
    /** The recipe of {@code seq}, and of every method: the schedule is as long for all. */
    public Recipe recipe() {
      return rates.over(maxSteps);
    }
  }

  public record Recovery(
      @AtLeast(1) @AtMost(100_000_000) int steps,
      @About("steps at which to evaluate") @AtLeast(0) List<Integer> points,
      @About("the step of task 1 that the early recovery starts from") @AtLeast(1) int earlyStep,
      @About("questions a step") @AtLeast(1) @AtMost(65_536) int batch,
      @Flat Rates rates) {
    public Recipe recipe() {
      return rates.over(steps);
    }
  }

  /** How many are asked; 0 is all of them. */
  public record Evaluation(
      @About("held-out people on the curves; 0: all of dev") @AtLeast(0) int devPeople,
      @About("held-out people behind reported numbers; 0: all of test") @AtLeast(0) int testPeople,
      @About("people of task 1; 0: all") @AtLeast(0) int newPeople,
      @About("held-out people whose biographies are begun; 0: all of dev") @AtLeast(0)
          int bioRecallPeople) {}

  /** Weights kept beside those at the end of each phase: what {@code analyze} works from. */
  public record Checkpoints(
      @About("after which shares of pretraining") @MaybeEmpty @Above(0) @AtMost(0.999)
          List<Double> pretrainShares,
      @About("methods whose weights along task 1 are kept") @MaybeEmpty List<String> methods,
      @About("after which steps, beside early_step and the last before it at which task 0 holds")
          @MaybeEmpty
          @AtLeast(1)
          List<Integer> task1Steps) {}
}
