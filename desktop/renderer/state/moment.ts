/** What is known of the moment on display: its event, its time, and how far the history reaches. */
import { computed, effect, signal } from "@preact/signals";
import type { Failure } from "../../contract/call-error.ts";
import type { Answers } from "../../contract/contract.ts";
import { at } from "./at.ts";
import { call } from "./bridge.ts";
import { failureIn } from "./call-failed.ts";
import { dataVersion, status } from "./state.ts";

/** Times are ms since 1970 UTC. */
export type MomentAnswer = Answers["getMoment"];

interface Answer {
  /** The moment that was asked for. */
  asked: string | null;
  value: MomentAnswer | null;
  failure: Failure | null;
}

/** True while the time bar is open. */
export const isBarOpen = signal(false);

const answer = signal<Answer>({ asked: null, value: null, failure: null });

/** The moment on display; until its answer arrives, the one before. Null: it is not known yet, or there is no such moment. */
export const moment = computed(() => answer.value.value);
/** Why there is no such moment; null if there is one, or nothing is known yet. */
export const momentFailure = computed(() => (answer.value.asked === at.value ? answer.value.failure : null));
/** True if `moment` is that of the address. */
export const isMomentKnown = computed(() => answer.value.asked === at.value && answer.value.value !== null);

/** Which time it is on the screens, ms since 1970 UTC: that of the moment, or now. */
export function nowThere(): number {
  return (at.value === null ? null : moment.value?.at_ms) ?? Date.now();
}

let reading = false;

/** From now on, `moment` follows the address. While the address changes fast, only the last one is read. */
export function followMoment(): void {
  effect(() => {
    dataVersion.value;
    at.value;
    if (status.value?.initialized && (at.value !== null || isBarOpen.value)) void read();
  });
}

/** Reads the moment once more, after a failure. */
export function retryMoment(): void {
  void read();
}

async function read(): Promise<void> {
  if (reading) return;
  reading = true;
  for (let isLate = true; isLate; ) {
    const [asked, version] = [at.peek(), dataVersion.peek()];
    try {
      const value = await call("getMoment", {}, asked);
      answer.value = { asked, value, failure: null };
    } catch (error) {
      answer.value = { asked, value: null, failure: failureIn(error) };
    }
    isLate = asked !== at.peek() || version !== dataVersion.peek();
  }
  reading = false;
}
