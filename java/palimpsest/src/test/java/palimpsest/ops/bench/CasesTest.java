package palimpsest.ops.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import palimpsest.base.UserException;
import palimpsest.ops.DType;
import palimpsest.ops.Ops;
import palimpsest.ops.work.ModelShape;
import palimpsest.ops.work.Operation;

class CasesTest {
  private static final ModelShape MICRO = ModelShape.named("micro");

  @Test
  void everyOperationHasAFormula() {
    for (Method method : Ops.class.getMethods()) {
      if (!method.getName().equals("mark")) {
        assertNotEquals(
            Operation.OTHER, Operation.family(method.getName()), method.getName() + " has none");
      }
    }
  }

  @Test
  void everyCaseCallsWhatItIsCalledAndHasSomethingToDo() {
    for (BenchCase each : Cases.of(MICRO, List.of())) {
      for (DType dtype : List.of(DType.FP32, DType.BF16)) {
        assertTrue(each.work(dtype).bytes() > 0, each.name());
      }
      assertEquals(Operation.family(each.operation()), each.family(), each.name());
      Set<String> called = new HashSet<>();
      each.make()
          .apply(Buffers.imagined(DType.FP32))
          .run()
          .accept(RecordingOps.of((operation, _) -> called.add(operation)));
      assertEquals(Set.of(each.operation()), called, each.name());
    }
  }

  @Test
  void namesAreUnique() {
    List<String> names = Cases.of(MICRO, List.of()).stream().map(BenchCase::name).toList();
    assertEquals(names.size(), new HashSet<>(names).size());
  }

  /** A training step's operations are those that a profile of it finds, see its own test. */
  @Test
  void aNewOperationIsCountedByItsTensors() {
    Buffers buffers = Buffers.imagined(DType.BF16);
    Object[] arguments = {
      buffers.normal(3, 5), null, List.of(buffers.normalFp32(7), buffers.normalFp32(7)), 1.5f
    };
    assertEquals(2 * 15 + 4 * 14, Operation.work("somethingNew", arguments).bytes());
  }

  @Test
  void aFamilyThatIsNoneIsAMistake() {
    var mistake = assertThrows(UserException.class, () -> Cases.of(MICRO, List.of("atention")));
    assertEquals(
        "no kernel family is called 'atention'; did you mean 'attention'? (there are "
            + String.join(", ", Cases.families())
            + ")",
        mistake.getMessage());
  }

  @Test
  void setsOfTensorsFlushTheCache() {
    for (long bytes : new long[] {1 << 10, 1 << 20, 20 << 20, 64 << 20}) {
      Layout layout = Layout.cold(bytes, 32 << 20);
      long between = (layout.sets() - 1) * bytes + layout.flush();
      assertTrue(layout.sets() == 1 ? bytes >= 64 << 20 : between >= 64 << 20, layout.toString());
    }
    assertEquals(new Layout(1000, 1, 0), Layout.cold(1000, 0));
  }

  @Test
  void familiesAreThoseOfTheFiles() {
    assertEquals(
        Set.of(
            "attention",
            "layernorm",
            "matmul",
            "gelu",
            "residual",
            "embedding",
            "crossentropy",
            "imitation",
            "ranges",
            "adamw"),
        Cases.families());
    assertTrue(
        KernelResources.ofBuild().stream()
            .flatMap(List::stream)
            .map(KernelResources::family)
            .filter(family -> !family.equals("primitives"))
            .allMatch(Cases.families()::contains));
  }

  @Test
  void shapesThatMakeNoneAreMistakes() {
    assertEquals("--shape C=10,H=3: C=10 cannot be cut into H=3 heads", mistake("C=10,H=3"));
    assertEquals("--shape B=many: 'many' is not a whole number from 1 on", mistake("B=many"));
    assertEquals(
        "--shape N=3: 'N=3' is not one of B=, T=, C=, H=, L= and V= with a number", mistake("N=3"));
    assertEquals(List.of(2, 7, 32, 2, 2, 61), List.copyOf(MICRO.with("T=7").sizes().values()));
  }

  private static String mistake(String sizes) {
    return assertThrows(UserException.class, () -> MICRO.with(sizes)).getMessage();
  }

  @Test
  void theAlphabet() {
    assertEquals(List.of("B", "T", "C", "H", "L", "V"), List.copyOf(MICRO.sizes().keySet()));
  }
}
