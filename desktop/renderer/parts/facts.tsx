/** A list of names and values, without empty values. */
import type { ComponentChild } from "preact";

export type Fact = readonly [name: string, value: ComponentChild];

export function Facts({ facts }: { facts: readonly Fact[] }): ComponentChild {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return (
    <dl class="facts">
      {known.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
