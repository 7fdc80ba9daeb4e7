package palimpsest.lab.analyze;

import java.util.ArrayList;
import java.util.List;
import palimpsest.analysis.inference.Crowd;
import palimpsest.analysis.inference.InferenceFindings;
import palimpsest.analysis.inference.PersonFeatures;
import palimpsest.analysis.inference.PersonTexts;
import palimpsest.base.UserException;
import palimpsest.data.PopulationSpec;
import palimpsest.lab.Checkpoint;

/** Dataset inference: are the pretrained people still in the weights? */
final class InferenceAnalysis implements Analysis {
  /** Suspects at most. */
  private static final int PEOPLE = 300;

  @Override
  public String name() {
    return "inference";
  }

  @Override
  public String about() {
    return "are the pretrained people still in the weights? an aggregated membership test";
  }

  @Override
  public List<Checkpoint> needs(AnalysisContext context) {
    return LifePhase.of(context).stream().map(LifePhase::checkpoint).toList();
  }

  @Override
  public InferenceFindings run(AnalysisContext context) {
    PopulationSpec population = context.config().data().population();
    int size = Crowd.size(population, PEOPLE);
    if (size == 0) {
      throw new UserException(
          "inference needs %d pretrained people, and names for seven times as many strangers; here are %d people, and names (data.names) for %d in all"
              .formatted(Crowd.FEWEST, population.people(), population.names()));
    }
    Crowd crowd =
        Crowd.draw(
            population,
            context.config().data().biographies(),
            context.stream().tokenizer(),
            size,
            context.layout().config().positions(),
            context.seed());
    List<LifePhase> life = LifePhase.of(context);
    List<InferenceFindings.Phase> phases = new ArrayList<>();
    InferenceFindings.Control control = null;
    for (LifePhase phase : life) {
      context.set(phase.checkpoint());
      phases.add(
          InferenceFindings.phase(
              phase.name(),
              phase.step(),
              read(context, crowd.suspects()),
              read(context, crowd.unseen()),
              context.seed()));
      if (phase.checkpoint() instanceof Checkpoint.Pretrained) {
        control =
            InferenceFindings.Control.of(
                read(context, crowd.suspectTemplates()),
                read(context, crowd.unseenTemplates()),
                context.seed());
      }
      context.advanced(phases.size() / (double) life.size());
    }
    return new InferenceFindings(size, PersonFeatures.names(), phases, control);
  }

  private static PersonFeatures read(AnalysisContext context, List<PersonTexts> texts) {
    return PersonFeatures.read(context.device(), context.model(), texts);
  }
}
