package palimpsest.ops.cpu;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import jdk.incubator.vector.VectorOperators;
import org.junit.jupiter.api.Test;

class FixedOrderTest {
  /**
   * The Vector API leaves open in what order {@code reduceLanes(ADD)} and {@code (MUL)} go, and the
   * interpreter and the compiler do differ: no class may name the two.
   */
  @Test
  void noLanesAreReducedInAnOrderThatIsLeftOpen() {
    JavaClasses program =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("palimpsest");
    noClasses()
        .should()
        .accessField(VectorOperators.class, "ADD")
        .orShould()
        .accessField(VectorOperators.class, "MUL")
        .check(program);
  }
}
