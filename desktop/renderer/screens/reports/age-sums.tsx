/** What is open in one currency, by days overdue: above the list that adds up to it. */
import type { ComponentChild } from "preact";
import type { Figure } from "../../parts/figure-address.ts";
import { Why } from "../../parts/why.tsx";
import { locale } from "../../state/state.ts";
import { ageText } from "../../text/ages.ts";
import { money } from "../../text/format.ts";
import type { Aged } from "./aged.ts";

interface AgeSumsProps {
  sums: Aged["currencies"][number];
  /** Whose sums they are; null: of all clients. */
  client: number | null;
  /** The day of the sums; null: today. */
  dated: string | null;
}

export function AgeSums({ sums, client, dated }: AgeSumsProps): ComponentChild {
  const { currency } = sums;
  const of = client === null ? {} : { client };
  const credit: Figure =
    client === null ? { figure: "total_less_credit", currency } : { figure: "client_less_credit", currency, client };
  const owed: Figure =
    client === null ? { figure: "total_owed", currency } : { figure: "client_owed", currency, client };
  const text = (minor: number) => money(minor, sums.currency, locale.value);
  return (
    <dl class="figures age-sums">
      {sums.ages.map((age, n) => (
        <Sum
          key={age.to_days}
          name={ageText(age)}
          figure={{ figure: "age_balance", currency, age: n, ...of }}
          dated={dated}
          value={text(age.balance_minor)}
        />
      ))}
      <Sum name="Credit" figure={credit} dated={dated} value={text(-sums.credit_minor)} />
      <Sum name="Balance" figure={owed} dated={dated} value={text(sums.owed_minor)} />
    </dl>
  );
}

interface SumProps {
  name: string;
  figure: Figure;
  dated: string | null;
  value: string;
}

function Sum({ name, figure, dated, value }: SumProps): ComponentChild {
  return (
    <div class="figure">
      <dt>{name}</dt>
      <dd class="amount">
        <Why figure={figure} dated={dated}>
          {value}
        </Why>
      </dd>
    </div>
  );
}
