package palimpsest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The house: a package may use those below it, never those above. */
class ArchitectureTest {
  /** From the street to the cellar; a floor may be empty as long as its time has not come. */
  private static final List<String> FLOORS =
      List.of(
          "palimpsest.cli..",
          "palimpsest.lab..",
          "palimpsest.report..",
          "palimpsest.analysis..",
          "palimpsest.continual..",
          "palimpsest.train..",
          "palimpsest.data..",
          "palimpsest.model..",
          "palimpsest.ops.check..",
          "palimpsest.ops.profile..",
          "palimpsest.ops.bench..",
          "palimpsest.ops.work..",
          "palimpsest.ops.reference..",
          "palimpsest.ops.cpu..",
          "palimpsest.ops.cuda..",
          "palimpsest.ops",
          "palimpsest.cuda.jcuda..",
          "palimpsest.cuda.ffm..",
          "palimpsest.cuda",
          "palimpsest.io..",
          "palimpsest.base..");

  private static final JavaClasses PROGRAM =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("palimpsest");

  static IntStream belowTheStreet() {
    return IntStream.range(1, FLOORS.size());
  }

  @ParameterizedTest
  @MethodSource("belowTheStreet")
  void usesNothingAboveIt(int floor) {
    noClasses()
        .that()
        .resideInAPackage(FLOORS.get(floor))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(FLOORS.subList(0, floor).toArray(String[]::new))
        .allowEmptyShould(true)
        .check(PROGRAM);
  }

  @Test
  void everyPackageIsOnAFloor() {
    assertFalse(PROGRAM.isEmpty(), "the program's classes are not on the class path");
    classes().should().resideInAnyPackage(FLOORS.toArray(String[]::new)).check(PROGRAM);
  }

  @Test
  void noPackagesUseEachOther() {
    slices().matching("palimpsest.(**)").should().beFreeOfCycles().check(PROGRAM);
  }
}
