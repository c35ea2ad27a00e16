/** When a thing was created that does not exist yet at the moment on display. */
import { at } from "./at.ts";
import { type MomentAnswer, moment } from "./moment.ts";
import { useCall } from "./use-call.ts";

/**
 * The moment of the event that created a thing: its id is that event's number.
 *
 * @returns undefined while it is being read; null if no stream begins with that event
 */
export function useBirth(id: number): MomentAnswer | null | undefined {
  const { value, failure } = useCall("getMoment", at.value === null ? null : { at: String(id) });
  if (at.value === null || failure) return null;
  if (value === null || moment.value === null) return undefined;
  return value.event?.stream === id ? value : null;
}
