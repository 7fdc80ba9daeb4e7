package palimpsest.cli;

import palimpsest.base.StopRequest;

/** What every command is given: where to speak, and where to hear that it should stop. */
record Context(Console console, StopRequest stop) {}
