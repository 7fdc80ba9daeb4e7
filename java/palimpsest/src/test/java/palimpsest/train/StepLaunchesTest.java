package palimpsest.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import palimpsest.cuda.CudaDrivers;
import palimpsest.cuda.CudaLibraries;
import palimpsest.cuda.CudaPlatform;
import palimpsest.cuda.LaunchLog;
import palimpsest.cuda.ProductLog;
import palimpsest.data.Batch;
import palimpsest.model.FreezePlan;
import palimpsest.model.ModelConfig;
import palimpsest.model.Parameters;
import palimpsest.ops.DType;
import palimpsest.ops.TestDevices;
import palimpsest.ops.cuda.CudaDevice;
import palimpsest.testing.OptionalTools;

/**
 * How many kernels a step of L layers launches whose k lowest are frozen, and how many products it
 * asks of cublasLt, by a formula: one too many is a pass over memory too many.
 */
@Tag(TestDevices.SIMULATOR)
class StepLaunchesTest {
  @BeforeAll
  static void simulator() {
    OptionalTools.simulator();
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "2, 0", "4, 0", "4, 1", "4, 2", "4, 3", "4, 4"})
  void theKernelsOfAStep(int layers, int frozen) {
    int trained = layers - frozen;
    // A whole layer, forward: the pair of norms, attention, GELU, and, where its input is kept for
    // a
    // backward pass, a copy for the residual to start from. Its products add the biases.
    int whole = layers - 1;
    int copies = Math.max(0, whole - frozen);
    var expected = new TreeMap<String, Integer>();
    put(expected, "embedding_wide_forward_bf16", 1);
    put(expected, "layernorm_wide_pair_forward_bf16", whole);
    // The last layer takes the positions that count out of three tensors, and norms them alone.
    put(expected, "layernorm_wide_forward_bf16", 2 + 1);
    put(expected, "residual_wide_gather_bf16", 2);
    put(expected, "residual_wide_copy_bf16", copies + 1);
    put(expected, "attention_mma_forward_bf16_d16", layers);
    put(expected, "gelu_wide_erf_forward_bf16", layers);
    put(expected, "crossentropy_scale_fp32", 1);
    put(expected, "crossentropy_wide_forward_backward_bf16", 1);
    // Backward.
    put(expected, "attention_mma_backward_q_bf16_d16", trained);
    put(expected, "attention_mma_backward_kv_bf16_d16", trained);
    put(expected, "gelu_wide_erf_backward_bf16", trained);
    put(expected, "layernorm_wide_pair_backward_bf16", Math.max(0, trained - 1));
    put(expected, "layernorm_wide_backward_bf16", 1 + (trained > 0 ? 2 : 0));
    put(expected, "layernorm_sum_parameters_fp32", 1 + (trained > 0 ? trained + 1 : 0));
    // Of the four biases GELU's backward sums up one.
    put(expected, "residual_wide_bias_gradient_bf16", 3 * trained);
    put(expected, "residual_sum_partials_fp32", 4 * trained);
    // The last layer puts counted rows back; the gradient goes on from it if there is one below.
    int scattered = trained == 0 ? 0 : trained > 1 ? 2 : 1;
    put(expected, "residual_wide_scatter_bf16", scattered);
    put(expected, "residual_wide_zero_bf16", scattered + (trained > 0 ? 1 : 0));
    // The optimiser.
    put(expected, "ranges_wide_squares_fp32", 1);
    put(expected, "ranges_sum_fp32", 1);
    put(expected, "adamw_clip_fp32", 1);
    put(expected, "adamw_wide_step_bf16", 1);

    // Of a layer's four linear maps two make something anew and two add to the residual.
    put(expected, "product + bias", 2 * layers);
    put(expected, "product + bias, added", 2 * layers);
    // The logits, and the gradients of what went into a product.
    put(expected, "product", 2 + 4 * trained);
    // The gradients of weights, the output embedding's among them.
    put(expected, "product, added", 4 * trained + 1);

    Map<String, Integer> launched = new TreeMap<>();
    launchesOfAStep(layers, frozen).forEach(launch -> launched.merge(launch, 1, Integer::sum));
    assertEquals(expected, launched);
  }

  private static String name(ProductLog.Product product) {
    return "product%s%s"
        .formatted(product.biased() ? " + bias" : "", product.beta() == 0 ? "" : ", added");
  }

  private static void put(Map<String, Integer> counts, String kernel, int count) {
    if (count > 0) {
      counts.put(kernel, count);
    }
  }

  private static List<String> launchesOfAStep(int layers, int frozen) {
    ModelConfig config = new ModelConfig(layers, 32, 2, 64, 24, 16, 0.5, 10000, true, false, 1e-5);
    var found = CudaLibraries.open(CudaDrivers.FFM, CudaPlatform.SIMULATOR, _ -> {});
    LaunchLog log = new LaunchLog(found.driver());
    ProductLog products = new ProductLog(found.blasLt().orElseThrow());
    var watched = found.with(log).with(Optional.of(products.watched()));
    try (var device = CudaDevice.open(CudaPlatform.SIMULATOR, watched, 0, DType.BF16);
        Parameters parameters = new Parameters(device, config);
        Learner learner = new Learner(device, parameters)) {
      // The embedding is frozen with the layers above it.
      learner.begin(
          new Recipe(10, 1e-3, 1, 0, 0.9, 0.999, 1e-8, 0.1, false, 1), FreezePlan.bottom(frozen));
      log.clear();
      products.clear();
      Random random = new Random(1);
      learner.step(
          new Batch(2, 9, random.ints(18, 0, 24).toArray(), random.ints(18, 0, 24).toArray()));
      List<String> launches = new ArrayList<>();
      log.launches().forEach(launch -> launches.add(launch.kernel()));
      products.products().forEach(product -> launches.add(name(product)));
      return launches;
    }
  }
}
