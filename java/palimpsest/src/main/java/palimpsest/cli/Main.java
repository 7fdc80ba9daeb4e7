package palimpsest.cli;

/** Where the launcher enters. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Console console = Console.ofProcess();
    Interruption interruption = Interruption.onSignals();
    System.exit(new Program(console, interruption.stop()).run(arguments));
  }
}
