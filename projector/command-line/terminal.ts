/** A command's access to the outside: its streams, the environment, and the signal to stop. */

import { failureOf, Interruption } from "./failure.ts";
import { ProgressBar } from "./progress.ts";

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Prints a result, on stdout. */
  out(text: string): void;
  /** Prints a remark or an error, on stderr. */
  note(text: string): void;
  /** A progress bar on stderr. @param unit what is counted; default: events */
  progress(label: string, unit?: string): ProgressBar;
  /**
   * Aborted by Ctrl-C or SIGTERM. After the first call the command must stop by itself. Before it, a signal ends the
   * process at once.
   */
  stopSignal(): AbortSignal;
}

/** The exit code of a process that a signal ended: 128 plus the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };

/** @param program the name in front of each note */
export function openTerminal(program = "invoify"): Terminal {
  let stop: AbortController | null = null;
  // A reader that closes early (`| head`) is not a failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    const { message, exitCode } = failureOf(Object.assign(error, { path: "standard output" }));
    process.stderr.write(`${program}: ${message}\n`);
    process.exit(exitCode);
  });
  return {
    env: process.env,
    out: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${program}: ${text}\n`),
    progress: (label, unit) => new ProgressBar(label, unit === undefined ? {} : { unit }),
    stopSignal: () => {
      stop ??= abortOnSignals();
      return stop.signal;
    },
  };
}

function abortOnSignals(): AbortController {
  const stop = new AbortController();
  for (const [signal, exitCode] of Object.entries(EXIT_CODES))
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(exitCode); // on the second signal
      stop.abort(new Interruption(exitCode));
    });
  return stop;
}
