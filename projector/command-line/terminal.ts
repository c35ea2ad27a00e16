/** What a command has of the world: its streams, the environment, and being told to stop. */

import { Interruption } from "./failure.ts";
import { ProgressBar } from "./progress.ts";

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Says something that was asked for, on stdout. */
  out(text: string): void;
  /** Says something beside it, on stderr. */
  note(text: string): void;
  /** A progress bar on stderr. @param unit what is counted; default: events */
  progress(label: string, unit?: string): ProgressBar;
  /**
   * Aborted by Ctrl-C or a request to end. From the first call on, the command itself must stop in time; before it, the
   * process ends at once, as any other.
   */
  stopSignal(): AbortSignal;
}

/** What a process says that a signal ended: 128 and the signal's number. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 };

/** @param program what it calls itself in front of what it notes */
export function openTerminal(program = "invoify"): Terminal {
  let stop: AbortController | null = null;
  // A reader that has seen enough (`| head`) is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(0);
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
      if (stop.signal.aborted) process.exit(exitCode); // the second time: at once
      stop.abort(new Interruption(exitCode));
    });
  return stop;
}
