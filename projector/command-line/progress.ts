/**
 * How far long work is, on stderr: a bar with rate and time left on a terminal, a plain line every few seconds
 * elsewhere (CI, log files). stdout stays what the command gives.
 */
import { countText, durationText } from "../text/figures.ts";

/** Where it is shown: `process.stderr`, or a test's. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface ProgressOptions {
  /** What is counted. */
  unit?: string;
  screen?: Screen;
  /** The time, ms; only differences count. */
  clock?: () => number;
}

/** Time between two drawings of the bar, ms. */
const DRAW_MS = 100;
/** Time between two plain lines, ms. */
const LINE_MS = 3_000;
/** The rate is that of this long, ms: long enough to stand still, short enough to follow. */
const RATE_MS = 5_000;
/** There is no rate before this, ms. */
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
  #shownMs: number;
  /** How long the bar is; it never grows again, or it would shake with each digit beside it. */
  #room = BAR.longest;
  #shown = false;

  /** @param label what is being done, such as `replaying` */
  constructor(label: string, options: ProgressOptions = {}) {
    this.#label = label;
    this.#unit = options.unit ?? "events";
    this.#screen = options.screen ?? process.stderr;
    this.#clock = options.clock ?? (() => performance.now());
    this.#terminal = this.#screen.isTTY === true && process.env.TERM !== "dumb";
    this.#shownMs = this.#clock();
  }

  /** @param total null where nobody knows: then there is no bar and no time left */
  update(done: number, total: number | null): void {
    const nowMs = this.#clock();
    const last = this.#samples[this.#samples.length - 1];
    // Work that began again (or a smaller count for another reason) has another rate.
    if (last && done < last.done) this.#samples = [];
    if (!last || nowMs - last.atMs >= DRAW_MS) this.#samples.push({ atMs: nowMs, done });
    while ((this.#samples[1]?.atMs ?? nowMs) < nowMs - RATE_MS) this.#samples.shift();
    this.#state = { done, total };
    if (nowMs - this.#shownMs < (this.#terminal ? DRAW_MS : LINE_MS)) return;
    this.#shownMs = nowMs;
    this.#show(this.#terminal ? this.#bar(nowMs) : this.#plain(nowMs));
  }

  /** Says what is done now that nobody counts, such as `making indexes`. Elsewhere only if the work was long so far. */
  phase(text: string): void {
    if (this.#terminal || this.#shown) this.#show(`${this.#label}: ${text}`);
  }

  /** Shows a line that stays. */
  note(text: string): void {
    this.#screen.write(`${this.#terminal ? CLEAR_LINE : ""}${text}\n`);
    if (this.#terminal && this.#state) this.#show(this.#bar(this.#clock()));
  }

  /** Takes the bar away; plain lines stay. */
  end(): void {
    if (this.#terminal && this.#shown) this.#screen.write(CLEAR_LINE);
    this.#shown = false;
    this.#state = null;
  }

  #show(text: string): void {
    this.#shown = true;
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

/** Whole seconds: tenths of a second to come are no promise to make. */
function leftText(ms: number): string {
  return ms < 9_950 ? `${Math.ceil(ms / 1000)} s` : durationText(ms);
}
