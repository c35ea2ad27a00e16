/** Revenue by month as bars. A month is a link to what was issued in it, its bar one to what
 * made the figure. */
import type { ComponentChild } from "preact";
import type { MonthOfRevenue } from "../../../../projector/queries/reports/overview.ts";
import { figureHref } from "../../parts/figure-address.ts";
import { locale } from "../../state/state.ts";
import { money, month, monthAndYear, shortMoney } from "../../text/format.ts";
import { monthLink } from "./overview-links.ts";

const HEIGHT = 192;
const BAR = 28;
const GAP = 14;
const LEFT = 56;
const TOP = 10;
const BOTTOM = 36;
/** The line of the months, and that of the years below it. */
const MONTHS_AT = HEIGHT - 20;
const YEARS_AT = HEIGHT - 6;

interface MonthChartProps {
  months: readonly MonthOfRevenue[];
  currency: string;
  /** The last day that counts, YYYY-MM-DD; null: today. */
  until: string | null;
}

export function MonthChart({ months, currency, until }: MonthChartProps): ComponentChild {
  const values = months.map(({ net_minor }) => net_minor);
  const top = niceTop(Math.max(0, ...values));
  const bottom = -niceTop(Math.max(0, ...values.map((value) => -value)));
  const span = top - bottom || 1;
  const y = (value: number) => TOP + ((top - value) / span) * (HEIGHT - TOP - BOTTOM);
  const width = LEFT + months.length * (BAR + GAP);
  const ticks = [...new Set([top, top / 2, 0, bottom])];
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of links in a drawing
    <svg class="chart" viewBox={`0 0 ${width} ${HEIGHT}`} role="group" aria-label={`Revenue by month in ${currency}`}>
      {ticks.map((tick) => (
        // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a drawing cannot have the focus
        <g key={tick} aria-hidden="true">
          <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} class={tick === 0 ? "axis" : "grid"} />
          <text x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
            {shortMoney(tick, currency, locale.value)}
          </text>
        </g>
      ))}
      {months.map(({ month: name, net_minor }, n) => {
        const left = LEFT + n * (BAR + GAP);
        const words = `${monthAndYear(name)}: ${money(net_minor, currency, locale.value)}`;
        return (
          <g key={name}>
            <a href={monthLink(name, currency, until)} aria-label={words}>
              <title>{words}</title>
              <rect x={left} y={TOP / 2} width={BAR + GAP} height={MONTHS_AT + 6 - TOP / 2} rx="3" class="column" />
              <text x={left + (BAR + GAP) / 2} y={MONTHS_AT} text-anchor="middle">
                {month(name)}
              </text>
            </a>
            {/* By keyboard, the figures by month below lead to the same. */}
            <a class="of-bar" href={figureHref({ figure: "month_net", currency, month: name }, until)} tabIndex={-1}>
              <title>{`${words}. Why this number?`}</title>
              <rect
                x={left + GAP / 2}
                y={Math.min(y(net_minor), y(0))}
                width={BAR}
                height={Math.abs(y(net_minor) - y(0))}
                rx="2"
                class="bar"
              />
            </a>
          </g>
        );
      })}
      {months.map(
        ({ month: name }, n) =>
          (n === 0 || name.endsWith("-01")) && (
            <text key={name} x={LEFT + n * (BAR + GAP) + (BAR + GAP) / 2} y={YEARS_AT} text-anchor="middle">
              {name.slice(0, 4)}
            </text>
          ),
      )}
    </svg>
  );
}

/** A round number at or above the value, whose half is round too. */
function niceTop(value: number): number {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value) ?? 10;
  return step * power;
}
