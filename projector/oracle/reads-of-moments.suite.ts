/** The answers of every read, page by page, in a form that tests can compare. */
import type { Random } from "../../fixtures/data/random.ts";
import { type ReadSource, sourceOf } from "../queries/read.ts";
import { READS, type ReadName } from "../queries/reads/reads.ts";
import type { ReadInputs } from "./read-inputs.suite.ts";

/** Pages that are followed, at most: more than any list of a random log has. */
const MAX_PAGES = 400;

/** What a read said: its answer, or all pages of it; or the message of the error that it refused the input with. */
export type Answer = { answer: unknown } | { pages: unknown[] } | { refused: string };

/**
 * Runs a read. A list is read to its end; every page counts.
 *
 * @param input without `cursor`
 */
export function answerOf(source: ReadSource, name: ReadName, input: ReadInputs): Answer {
  try {
    if (!("cursor" in READS[name].input.shape)) return { answer: runOf(source, name, input) };
    const pages: unknown[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = runOf(source, name, cursor === undefined ? input : { ...input, cursor }) as Page;
      cursor = page.next;
      pages.push(withoutCursor(page));
      if (pages.length > MAX_PAGES) throw new Error(`${name}: does not come to an end`);
    }
    return { pages };
  } catch (error) {
    return refusalOf(error);
  }
}

interface Page {
  rows: unknown[];
  next: string | null;
}

/** The text of a cursor is opaque. That there is one is not. */
function withoutCursor(page: Page): unknown {
  return { ...page, next: page.next !== null };
}

/** The first page of an answer alone, if it has pages. */
export function firstPageOf(answer: Answer): Answer {
  return "pages" in answer ? { pages: answer.pages.slice(0, 1) } : answer;
}

interface RefusedInput {
  issues: { path: PropertyKey[]; message: string }[];
}

function isRefusal(error: unknown): error is RefusedInput {
  return typeof error === "object" && error !== null && "issues" in error;
}

function runOf(source: ReadSource, name: ReadName, input: ReadInputs): unknown {
  const { run, input: schema } = READS[name];
  return run(source, schema.parse(input) as never);
}

/** The same in parts, of a list its first page, in a transaction of the connection that they read, as the API runs them; null if it has no parts. */
export function answerInParts(source: ReadSource, name: ReadName, input: ReadInputs): Answer | null {
  const read = READS[name] as { parts?: (source: ReadSource, input: never) => Generator<void, unknown, void> };
  if (!read.parts) return null;
  try {
    const parsed = READS[name].input.parse(input);
    const { db } = sourceOf(source, parsed.at);
    const parts = read.parts(source, parsed as never);
    return db.transaction((): Answer => {
      for (;;) {
        const { done, value } = parts.next();
        if (done)
          return "cursor" in READS[name].input.shape ? { pages: [withoutCursor(value as Page)] } : { answer: value };
      }
    })();
  } catch (error) {
    return refusalOf(error);
  }
}

/** @throws the error, if it is not about the input */
function refusalOf(error: unknown): Answer {
  if (!isRefusal(error)) throw error;
  return { refused: error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join() };
}

/** True if an answer has content: a test of empty answers alone shows nothing. */
export function hasContent(answer: Answer): boolean {
  if ("refused" in answer) return false;
  if ("pages" in answer) return answer.pages.some((page) => (page as Page).rows.length > 0);
  const value = answer.answer;
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

/** All reads, in random order: what one leaves behind must not change the next. */
export function readsInAnyOrder(random: Random): ReadName[] {
  return random.shuffle(Object.keys(READS) as ReadName[]);
}

/** The reads that are about the whole log also at a moment, and what of their answers is of the moment. */
const ABOUT_THE_LOG: Readonly<Record<string, (answer: never) => unknown>> = {
  getMoment: ({ seq, at_ms, time_zone, event }: Record<string, unknown>) => ({ seq, at_ms, time_zone, event }),
  getHistoryBars: () => "the bars of the whole log",
};

/** True for a read that needs the whole log beside the moment. */
export function isAboutTheLog(name: string): boolean {
  return name in ABOUT_THE_LOG;
}

/** What of an answer must be that of a replay. */
export function comparable(name: string, answer: Answer): unknown {
  const part = ABOUT_THE_LOG[name];
  return part && "answer" in answer ? part(answer.answer as never) : answer;
}
