/** What is open in one currency, by days overdue: above the list that adds up to it. */
import type { ComponentChild } from "preact";
import { locale } from "../../state/state.ts";
import { ageText } from "../../text/ages.ts";
import { money } from "../../text/format.ts";
import type { Aged } from "./aged.ts";

export function AgeSums({ sums }: { sums: Aged["currencies"][number] }): ComponentChild {
  const text = (minor: number) => money(minor, sums.currency, locale.value);
  return (
    <dl class="figures age-sums">
      {sums.ages.map((age) => (
        <Sum key={age.to_days} name={ageText(age)} value={text(age.balance_minor)} />
      ))}
      <Sum name="Credit" value={text(-sums.credit_minor)} />
      <Sum name="Balance" value={text(sums.owed_minor)} />
    </dl>
  );
}

function Sum({ name, value }: { name: string; value: string }): ComponentChild {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd class="amount">{value}</dd>
    </div>
  );
}
