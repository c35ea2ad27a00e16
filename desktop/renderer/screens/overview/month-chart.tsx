/** Revenue by month as bars, with the same figures as a table for those who cannot see them. */
import type { ComponentChild } from "preact";
import type { MonthOfRevenue } from "../../../../projector/queries/overview.ts";
import { locale } from "../../state/state.ts";
import { money, month, shortMoney } from "../../text/format.ts";

const HEIGHT = 180;
const BAR = 28;
const GAP = 14;
const LEFT = 56;
const TOP = 10;
const BOTTOM = 24;

export function MonthChart({
  months,
  currency,
}: {
  months: readonly MonthOfRevenue[];
  currency: string;
}): ComponentChild {
  const values = months.map(({ net_minor }) => net_minor);
  const top = niceTop(Math.max(0, ...values));
  const bottom = -niceTop(Math.max(0, ...values.map((value) => -value)));
  const span = top - bottom || 1;
  const y = (value: number) => TOP + ((top - value) / span) * (HEIGHT - TOP - BOTTOM);
  const width = LEFT + months.length * (BAR + GAP);
  const ticks = [...new Set([top, top / 2, 0, bottom])];
  return (
    <>
      <svg class="chart" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={`Revenue by month in ${currency}`}>
        {ticks.map((tick) => (
          <g key={tick}>
            <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} class={tick === 0 ? "axis" : "grid"} />
            <text x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
              {shortMoney(tick, currency, locale.value)}
            </text>
          </g>
        ))}
        {months.map(({ month: name, net_minor }, n) => {
          const x = LEFT + GAP / 2 + n * (BAR + GAP);
          const height = Math.abs(y(net_minor) - y(0));
          return (
            <g key={name}>
              <rect x={x} y={Math.min(y(net_minor), y(0))} width={BAR} height={Math.max(height, 0)} rx="2" class="bar">
                <title>{`${month(name, locale.value)}: ${money(net_minor, currency, locale.value)}`}</title>
              </rect>
              <text x={x + BAR / 2} y={HEIGHT - 6} text-anchor="middle">
                {month(name, locale.value)}
              </text>
            </g>
          );
        })}
      </svg>
      <table class="for-screen-readers">
        <caption>Revenue by month in {currency}</caption>
        <tbody>
          {months.map(({ month: name, net_minor }) => (
            <tr key={name}>
              <th scope="row">{month(name, locale.value)}</th>
              <td>{money(net_minor, currency, locale.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** A round number at or above the value, whose half is round too. */
function niceTop(value: number): number {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= value) ?? 10;
  return step * power;
}
