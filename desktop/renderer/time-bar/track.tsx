/**
 * The bar itself: the activity of each month, and a slider over it. It is dragged with a pointer or a finger, and moved with
 * the keyboard: arrows by event, with Shift by day, Page up and Page down by month, Home and End to the first and the last
 * event.
 */
import type { ComponentChild, RefObject } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { at } from "../state/at.ts";
import { type MomentAnswer, moment } from "../state/moment.ts";
import { locale } from "../state/state.ts";
import { count, longDay, month as monthName } from "../text/format.ts";
import { bookZone } from "../text/moments/book-time.ts";
import { momentWords } from "../text/moments/moment-words.ts";
import { dayIn } from "../text/moments/zoned-time.ts";
import { shownMs, stepDay, stepEvent, stepMonth, toFirst, toLast } from "./bar-state.ts";
import { stop } from "./player.ts";
import { type Bar, barsOf, type Month, momentAtPlace, placeAt, type Span, spanOf, ticksOf, timeAt } from "./scale.ts";
import { beginSteering, endSteering, steerTo } from "./steer.ts";
import { useWidth } from "./use-width.ts";

/** CSS pixels that a mark below the bar needs. */
const TICK_WIDTH = 56;

export function Track({ known, months }: { known: MomentAnswer; months: readonly Month[] }): ComponentChild {
  const element = useRef<HTMLDivElement>(null);
  const width = useWidth(element);
  // The right end is the time at which the bar was opened or the last event, not one that runs away below a finger.
  const span = useMemo(() => spanOf(known.log_begins_ms, Date.now()), [known.log_begins_ms, known.head]);
  const bars = useMemo(() => barsOf(months, span), [months, span]);
  const ticks = useMemo(() => ticksOf(span, Math.floor(width / TICK_WIDTH)), [span, width]);
  const place = shownMs.value === null ? 1 : placeAt(span, shownMs.value);
  const { dragging, pointed, handlers } = useDrag(element, span, width);
  return (
    <div class="time-track" data-dragging={dragging}>
      <div
        ref={element}
        class="time-slider"
        role="slider"
        tabIndex={0}
        aria-label="Moment of the books"
        aria-orientation="horizontal"
        aria-valuemin={Math.floor(span.from / 1000)}
        aria-valuemax={Math.floor(span.to / 1000)}
        aria-valuenow={Math.floor((shownMs.value ?? span.to) / 1000)}
        aria-valuetext={valueText()}
        onKeyDown={onKeyDown}
        {...handlers}
      >
        <Backdrop bars={bars} place={place} />
        {pointed !== null && !dragging && <Pointed place={pointed} span={span} bars={bars} />}
        <span class="time-head" style={{ left: percent(place) }} aria-hidden="true" />
      </div>
      <div class="time-ticks" aria-hidden="true">
        {ticks.map(({ place, text }) => (
          <span key={text + place} style={{ left: percent(place) }}>
            {text}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Drags with a pointer or a finger, and follows the pointer that only passes. Places are from 0 to 1. */
function useDrag(element: RefObject<HTMLElement | null>, span: Span, width: number) {
  const [pointed, setPointed] = useState<number | null>(null);
  const [dragging, setDragging] = useState(false);
  const placeOf = ({ clientX }: PointerEvent) => {
    const { left = 0, width = 1 } = element.current?.getBoundingClientRect() ?? {};
    return Math.min(1, Math.max(0, (clientX - left) / width));
  };
  const steer = (event: PointerEvent) => {
    const to = placeOf(event);
    setPointed(to);
    steerTo(momentAtPlace(span, to, { width, zone: bookZone.peek() }));
  };
  const begin = (event: PointerEvent) => {
    const { current } = element;
    if (event.button !== 0 || !current) return;
    current.setPointerCapture(event.pointerId);
    current.focus({ preventScroll: true });
    event.preventDefault();
    stop();
    beginSteering();
    setDragging(true);
    steer(event);
  };
  const end = () => {
    if (!dragging) return;
    setDragging(false);
    setPointed(null);
    endSteering();
  };
  const handlers = {
    onPointerDown: begin,
    onPointerMove: (event: PointerEvent) => (dragging ? steer(event) : setPointed(placeOf(event))),
    onPointerUp: end,
    onPointerCancel: end,
    onLostPointerCapture: end,
    onPointerLeave: () => dragging || setPointed(null),
  };
  return { dragging, pointed, handlers };
}

function valueText(): string {
  if (at.value === null) return "Now";
  return moment.value === null ? "" : momentWords(moment.value, locale.value);
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const step = stepOf(event);
  if (!step) return;
  event.preventDefault();
  event.stopPropagation();
  stop();
  step();
}

function stepOf({ key, shiftKey }: KeyboardEvent): (() => void) | null {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return () => (shiftKey ? stepDay(-1) : stepEvent(-1));
    case "ArrowRight":
    case "ArrowUp":
      return () => (shiftKey ? stepDay(1) : stepEvent(1));
    case "PageDown":
      return () => stepMonth(-1);
    case "PageUp":
      return () => stepMonth(1);
    case "Home":
      return toFirst;
    case "End":
      return toLast;
    default:
      return null;
  }
}

/** The months, drawn twice: up to the moment, and after it, fainter. */
function Backdrop({ bars, place }: { bars: readonly Bar[]; place: number }): ComponentChild {
  const path = useMemo(
    () =>
      bars
        .map(({ from, to, height }) => {
          const gap = Math.min((to - from) * 120, 1);
          const [left, right] = [from * 1000 + gap, Math.max(from * 1000 + gap + 0.5, to * 1000 - gap)];
          const top = 100 - height * 96;
          return `M${left.toFixed(2)} 100V${top.toFixed(2)}H${right.toFixed(2)}V100Z`;
        })
        .join(""),
    [bars],
  );
  return (
    <>
      <svg class="time-months later" viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
        <path d={path} />
      </svg>
      <svg
        class="time-months"
        viewBox="0 0 1000 100"
        preserveAspectRatio="none"
        aria-hidden="true"
        style={{ clipPath: `inset(0 ${percent(1 - place)} 0 0)` }}
      >
        <path d={path} />
      </svg>
    </>
  );
}

/** What is below the pointer. */
function Pointed({ place, span, bars }: { place: number; span: Span; bars: readonly Bar[] }): ComponentChild {
  const day = dayIn(timeAt(span, place), bookZone.value);
  const bar = bars.find(({ month }) => month === day.slice(0, 7));
  const events = bar?.events ?? 0;
  return (
    <>
      <span class="time-ghost" style={{ left: percent(place) }} aria-hidden="true" />
      <span class="time-tip" style={{ left: `clamp(84px, ${percent(place)}, calc(100% - 84px))` }} aria-hidden="true">
        <strong>{longDay(day, locale.value)}</strong>
        <span>
          {count(events, locale.value)} {events === 1 ? "event" : "events"} in {monthName(day.slice(0, 7))}{" "}
          {day.slice(0, 4)}
        </span>
      </span>
    </>
  );
}

function percent(place: number): string {
  return `${(place * 100).toFixed(3)}%`;
}
