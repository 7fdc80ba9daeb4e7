package palimpsest.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import palimpsest.base.UserException;
import palimpsest.io.AtomicFiles;
import palimpsest.io.FileProblem;
import palimpsest.io.InputFile;
import tools.jackson.core.JacksonException;

/**
 * Finished phases on disk: those of a run under names a person can read, and in a cache that all
 * runs share under the hash of their keys. A phase's folder appears whole; its {@code phase.json}
 * has a checksum of every file, and a phase that fails its checksums is as good as not there.
 */
final class PhaseStore {
  static final String RECORD = "phase.json";

  /** The key's lines, and a hundred bytes a file. */
  private static final int LARGEST_RECORD = 16 << 20;

  private final Path checkpoints;
  private final Optional<Path> cache;
  private final Consumer<String> notes;

  /**
   * @param checkpoints of the run
   * @param cache shared by runs; empty to do without
   * @param notes is told what is damaged
   */
  PhaseStore(Path checkpoints, Optional<Path> cache, Consumer<String> notes) {
    this.checkpoints = checkpoints;
    this.cache = cache;
    this.notes = notes;
  }

  /**
   * What stands in {@code phase.json}.
   *
   * @param key hash of the phase's key
   * @param from the key's lines, to see what the phase was made from
   * @param files path within the folder to SHA-256
   */
  record Record(int schema, String key, List<String> from, Map<String, String> files) {
    static final int SCHEMA = 1;

    Record {
      from = List.copyOf(from);
      files = new TreeMap<>(files);
      files.values().forEach(Objects::requireNonNull);
    }

    boolean holds(String folder) {
      return files.keySet().stream().anyMatch(file -> file.startsWith(folder + "/"));
    }
  }

  /** A phase that was found whole, and where. */
  record Found(Path folder, Record record, boolean cached) {}

  /** The phase in the run's folder, brought there from the cache if need be. */
  Optional<Found> find(PhaseKey key, String name) {
    Path folder = checkpoints.resolve(name);
    Optional<Record> own = whole(folder, key);
    if (own.isPresent()) {
      ResumePoints.removeFrom(folder); // of a run that was killed when the phase was just over
      return Optional.of(new Found(folder, own.get(), false));
    }
    return fromCache(key, name);
  }

  /** The phase from the cache alone: it may have weights that the run did not keep. */
  Optional<Found> fromCache(PhaseKey key, String name) {
    if (cache.isEmpty()) {
      return Optional.empty();
    }
    Path cached = cache.get().resolve(key.hash());
    Optional<Record> record = whole(cached, key);
    Path folder = checkpoints.resolve(name);
    AtomicFiles.createFolders(folder.getParent());
    return record
        .filter(_ -> bring(cached, folder))
        .flatMap(_ -> whole(folder, key))
        .map(found -> new Found(folder, found, true));
  }

  /** Copies out of the cache, where another run may just have replaced or removed the phase. */
  private boolean bring(Path cached, Path folder) {
    try {
      AtomicFiles.replaceFolder(folder, staging -> Copies.tree(cached, staging));
      return true;
    } catch (UserException gone) {
      notes.accept("the cache is left out: " + gone.getMessage());
      return false;
    }
  }

  /** Fills a phase's folder that may have been left half-filled before. */
  @FunctionalInterface
  interface Filling {
    void fill(Path underway) throws IOException;
  }

  /** Where a phase is while it is trained: beside its final name. */
  private static Path underway(Path folder) {
    return folder.resolveSibling("." + folder.getFileName() + ".underway");
  }

  /**
   * Fills a folder with a phase, and keeps it under its name and in the cache. If that fails, what
   * is in the folder is left for the next time.
   */
  Found keep(PhaseKey key, String name, Filling filling) {
    Path folder = checkpoints.resolve(name);
    Path underway = underway(folder);
    AtomicFiles.createFolders(folder.getParent());
    Record record;
    try {
      filling.fill(underway);
      Map<String, String> files = FileSums.of(underway);
      files.keySet().removeIf(file -> ResumePoints.isPoint(Path.of(file).getName(0)));
      record = new Record(Record.SCHEMA, key.hash(), key.text().lines().toList(), files);
    } catch (IOException e) {
      throw FileProblem.writing(folder, e);
    } catch (UncheckedIOException e) {
      throw FileProblem.writing(folder, e.getCause());
    }
    AtomicFiles.write(underway.resolve(RECORD), OutcomeJson.MAPPER.writeValueAsBytes(record));
    AtomicFiles.settle(underway, folder);
    ResumePoints.removeFrom(folder); // not before: until then they are all there is
    cache.ifPresent(root -> share(folder, root, key));
    return new Found(folder, record, false);
  }

  /** Forgets the weights of a phase of this run, not what it found out. */
  void dropWeights(String name) {
    Path folder = checkpoints.resolve(name);
    Optional<Record> record = read(folder);
    if (record.isEmpty()) {
      return;
    }
    Map<String, String> files = new TreeMap<>(record.get().files());
    files.keySet().removeIf(file -> file.contains("/"));
    Record lighter = new Record(Record.SCHEMA, record.get().key(), record.get().from(), files);
    // First the record, then the files: in between there is more than the record says, never less.
    AtomicFiles.write(folder.resolve(RECORD), OutcomeJson.MAPPER.writeValueAsBytes(lighter));
    try (Stream<Path> entries = Files.list(folder)) {
      entries.filter(Files::isDirectory).forEach(AtomicFiles::deleteTree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What another run has put there meanwhile is the same, if it is whole. */
  private void share(Path folder, Path root, PhaseKey key) {
    try {
      AtomicFiles.createFolders(root);
      Path cached = root.resolve(key.hash());
      if (!whole(cached, key, _ -> {}).isPresent()) {
        AtomicFiles.replaceFolder(cached, staging -> Copies.tree(folder, staging));
      }
    } catch (RuntimeException full) {
      notes.accept("the cache is left out: " + full.getMessage());
    }
  }

  /** The record of a folder that holds this very phase, every file as it was written. */
  private Optional<Record> whole(Path folder, PhaseKey key) {
    return whole(folder, key, notes);
  }

  private static Optional<Record> whole(Path folder, PhaseKey key, Consumer<String> notes) {
    if (!Files.exists(folder)) {
      return Optional.empty();
    }
    Optional<Record> record = read(folder);
    if (record.isEmpty()) {
      notes.accept("%s: damaged (%s cannot be read); trained again".formatted(folder, RECORD));
      return Optional.empty();
    }
    if (!record.get().key().equals(key.hash())) {
      notes.accept(
          "%s: made with another configuration or device; trained again".formatted(folder));
      return Optional.empty();
    }
    for (Map.Entry<String, String> file : record.get().files().entrySet()) {
      if (!file.getValue().equals(FileSums.sumWithin(folder, file.getKey()))) {
        notes.accept(
            "%s: damaged (%s is not what was written); trained again"
                .formatted(folder, file.getKey()));
        return Optional.empty();
      }
    }
    return record;
  }

  private static Optional<Record> read(Path folder) {
    try {
      byte[] json = InputFile.bytes(folder.resolve(RECORD), LARGEST_RECORD, "phase's record");
      return Optional.of(OutcomeJson.MAPPER.readValue(json, Record.class))
          .filter(record -> record.schema() == Record.SCHEMA);
    } catch (UserException | JacksonException | NullPointerException _) {
      return Optional.empty();
    }
  }
}
