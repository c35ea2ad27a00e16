/** The head of open items: the day, the currency, by client or by document. */
import type { ComponentChild, ComponentChildren } from "preact";
import { CurrencyChoice } from "../../lists/currency-choice.tsx";
import { DatedUntil } from "../../parts/dated-until.tsx";
import { setWords, word } from "../../state/address.ts";
import { ReportTabs } from "./report-tabs.tsx";

interface OpenItemsHeadProps {
  currency: string | undefined;
  currencies: readonly string[];
  children?: ComponentChildren;
}

export function OpenItemsHead({ currency, currencies, children }: OpenItemsHeadProps): ComponentChild {
  return (
    <>
      <ReportTabs here="/reports/open-items" />
      <div class="filter-bar report-bar">
        <h2>Open items{currency !== undefined && ` in ${currency}`}</h2>
        {word("client") === "" && (
          <fieldset class="tabs">
            <legend class="for-screen-readers">Rows</legend>
            {VIEWS.map(([by, name]) => (
              <button
                type="button"
                key={by}
                aria-pressed={by === word("by")}
                onClick={() => setWords({ by, sort: "" })}
              >
                {name}
              </button>
            ))}
          </fieldset>
        )}
        <DatedUntil />
        {currency !== undefined && <CurrencyChoice currencies={currencies} currency={currency} isNeeded />}
        {children}
      </div>
    </>
  );
}

/** By word in the address. */
const VIEWS = [
  ["", "By client"],
  ["document", "By document"],
] as const;
