/** What a screen asks, and how its answer is read. */
import type { Failure } from "../../contract/call-error.ts";

export interface Question<Value> {
  /** Questions with the same key are the same question. */
  key: string;
  /** @returns undefined if it stopped because no screen needed the answer; the next screen that does reads again */
  read(reading: Reading<Value>): Promise<Value | undefined>;
  /** True if the answer can change while the data stays the same: it is dropped when its last screen closes. */
  momentary?: boolean;
  /** For a heavy read: the least pause after each refresh, ms. It leaves the worker time to fetch the data itself. */
  restMs?: number;
}

/** What a read needs to know. */
export interface Reading<Value> {
  /** The answer on the screen. */
  before: Value | undefined;
  /** True: continue after the end of `before`. False: read all of it again. */
  more: boolean;
  /** False when no screen shows the answer any longer: a read of many calls then stops. */
  isWanted(): boolean;
  /** Shows a part of the answer while the rest is being read. */
  show(part: Value): void;
}

export interface Answer<Value> {
  /** Undefined before the first answer. */
  value: Value | undefined;
  /** The version of the data when the read began: the answer is at least that new. Null: no answer, or a part of one. */
  version: string | null;
  /** Why the last read failed. */
  failure: Failure | null;
}
