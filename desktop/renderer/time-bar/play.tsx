/** Plays the history, at a speed. */
import type { ComponentChild } from "preact";
import { isPlaying, play, SPEEDS, speed, stop } from "./player.ts";

export function Play(): ComponentChild {
  return (
    <fieldset class="time-play" aria-label="Play">
      <button type="button" aria-pressed={isPlaying.value} onClick={() => (isPlaying.value ? stop() : play())}>
        {isPlaying.value ? "Stop" : "Play"}
      </button>
      <select
        aria-label="Speed"
        value={speed.value}
        onChange={({ currentTarget }) => {
          speed.value = Number(currentTarget.value);
        }}
      >
        {SPEEDS.map(({ name }, n) => (
          <option key={name} value={n}>
            {name}
          </option>
        ))}
      </select>
    </fieldset>
  );
}
