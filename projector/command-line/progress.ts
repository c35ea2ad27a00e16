/**
 * Shows the progress of long work on stderr: on a terminal a bar with rate and remaining time, elsewhere (CI, log
 * files) a plain line every few seconds. stdout is only for results.
 */
import { countText, durationText } from "../text/figures.ts";

/** The output: `process.stderr`, or a test's own. */
interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

interface ProgressOptions {
  /** The name of what is counted; default: events. */
  unit?: string;
  screen?: Screen;
  /** A monotonic clock, ms. */
  clock?: () => number;
}

/** Time between two drawings of the bar, ms. */
const DRAW_MS = 100;
/** Time between two plain lines, ms. */
const LINE_MS = 3_000;
/** The rate is an average over this time, ms: long enough to be steady, short enough to react. */
const RATE_MS = 5_000;
/** No rate is shown before this, ms. */
const FIRST_RATE_MS = 1_000;

const CLEAR_LINE = "\r\u001b[2K";
const DEFAULT_COLUMNS = 80;
const BAR = { longest: 30, shortest: 10 };

interface Sample {
  atMs: number;
  done: number;
}

export class ProgressBar {
  readonly #label: string;
  readonly #unit: string;
  readonly #screen: Screen;
  readonly #clock: () => number;
  readonly #terminal: boolean;
  #samples: Sample[] = [];
  #state: { done: number; total: number | null } | null = null;
  #lastDrawMs: number;
  /** The length of the bar. It never grows, so that it does not jitter with the digits beside it. */
  #room = BAR.longest;
  #isVisible = false;

  /** @param label the work, such as `replaying` */
  constructor(label: string, options: ProgressOptions = {}) {
    this.#label = label;
    this.#unit = options.unit ?? "events";
    this.#screen = options.screen ?? process.stderr;
    this.#clock = options.clock ?? (() => performance.now());
    this.#terminal = this.#screen.isTTY === true && process.env.TERM !== "dumb";
    this.#lastDrawMs = this.#clock();
  }

  /** @param total null if unknown: then there is no bar and no remaining time */
  update(done: number, total: number | null): void {
    const nowMs = this.#clock();
    const last = this.#samples[this.#samples.length - 1];
    // If the count goes back, the work has started over, and so does its rate.
    if (last && done < last.done) this.#samples = [];
    if (!last || nowMs - last.atMs >= DRAW_MS) this.#samples.push({ atMs: nowMs, done });
    while ((this.#samples[1]?.atMs ?? nowMs) < nowMs - RATE_MS) this.#samples.shift();
    this.#state = { done, total };
    if (nowMs - this.#lastDrawMs < (this.#terminal ? DRAW_MS : LINE_MS)) return;
    this.#lastDrawMs = nowMs;
    this.#show(this.#terminal ? this.#bar(nowMs) : this.#plain(nowMs));
  }

  /** Names a step without a count, such as `making indexes`. Without a terminal, only if progress was shown before. */
  phase(text: string): void {
    if (this.#terminal || this.#isVisible) this.#show(`${this.#label}: ${text}`);
  }

  /** Prints a line above the bar. */
  note(text: string): void {
    this.#screen.write(`${this.#terminal ? CLEAR_LINE : ""}${text}\n`);
    if (this.#terminal && this.#state) this.#show(this.#bar(this.#clock()));
  }

  /** Removes the bar. Plain lines stay. */
  end(): void {
    if (this.#terminal && this.#isVisible) this.#screen.write(CLEAR_LINE);
    this.#isVisible = false;
    this.#state = null;
  }

  #show(text: string): void {
    this.#isVisible = true;
    this.#screen.write(this.#terminal ? `${CLEAR_LINE}${text.slice(0, this.#columns - 1)}` : `${text}\n`);
  }

  get #columns(): number {
    return this.#screen.columns || DEFAULT_COLUMNS;
  }

  #plain(nowMs: number): string {
    const { percent, rate, left } = this.#figures(nowMs);
    const count = percent === null ? this.#count(this.#unit) : `${this.#count(this.#unit)} (${percent} %)`;
    return `${this.#label}: ${[count, rate, left].filter((part) => part !== null).join(", ")}`;
  }

  #bar(nowMs: number): string {
    const { percent, rate, left } = this.#figures(nowMs);
    const text = (unit: string) => [this.#count(unit), rate, left].filter((part) => part !== null).join("  ");
    if (percent === null) return `${this.#label} ${text(this.#unit)}`;
    const rest = `${String(percent).padStart(3)} %  ${text("")}`;
    this.#room = Math.min(this.#room, this.#columns - 5 - this.#label.length - rest.length);
    if (this.#room < BAR.shortest) return `${this.#label} ${rest}`;
    const full = Math.floor((this.#room * percent) / 100);
    return `${this.#label} [${"=".repeat(full)}${" ".repeat(this.#room - full)}] ${rest}`;
  }

  #count(unit: string): string {
    const { done, total } = this.#state ?? { done: 0, total: null };
    const of = total === null ? "" : ` of ${countText(total)}`;
    return `${countText(done)}${of}${unit && ` ${unit}`}`;
  }

  #figures(nowMs: number): { percent: number | null; rate: string | null; left: string | null } {
    const { done, total } = this.#state ?? { done: 0, total: null };
    const percent = total === null ? null : total === 0 ? 100 : Math.min(100, Math.floor((done / total) * 100));
    const first = this.#samples[0];
    const elapsedMs = first ? nowMs - first.atMs : 0;
    if (!first || elapsedMs < FIRST_RATE_MS) return { percent, rate: null, left: null };
    const perMs = (done - first.done) / elapsedMs;
    const left = total === null || done > total || perMs === 0 ? null : `${leftText((total - done) / perMs)} left`;
    return { percent, rate: `${countText(perMs * 1000)}/s`, left };
  }
}

/** Whole seconds: an estimate is not exact to a tenth. */
function leftText(ms: number): string {
  return ms < 9_950 ? `${Math.ceil(ms / 1000)} s` : durationText(ms);
}
