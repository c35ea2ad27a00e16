/**
 * "Dated until": figures as the papers say them up to a day, whenever they were entered. The day is in the address, so
 * it stays with links, with going back and with reloading.
 */
import type { ComponentChild, ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { setWords, word } from "../state/address.ts";
import { locale, organization } from "../state/state.ts";
import { day } from "../text/format.ts";
import { isDay } from "../text/report-periods.ts";
import { Dialog } from "./action.tsx";

/** The day until which figures count, YYYY-MM-DD; null: everything up to now. */
export function datedUntil(): string | null {
  const dated = word("dated");
  return isDay(dated) && dated < (organization.value?.today ?? "") ? dated : null;
}

/** The argument of a read: `{ dated_until }`, or nothing. */
export function datedArgument(): { dated_until?: string } {
  const dated = datedUntil();
  return dated === null ? {} : { dated_until: dated };
}

/** The day, and what it means on request. */
export function DatedUntil(): ComponentChild {
  const [open, setOpen] = useState(false);
  const today = organization.value?.today ?? "";
  const typed = word("dated");
  return (
    <div class="dated for-screen">
      <label class="choice">
        Dated until
        <input
          type="date"
          max={today}
          value={typed}
          onChange={({ currentTarget }) => setWords({ dated: currentTarget.value })}
        />
      </label>
      <button type="button" class="link" onClick={() => setOpen(true)}>
        What is this?
      </button>
      {isDay(typed) && typed >= today && (
        <p class="detail" role="status">
          These are the figures of today. Choose an earlier day.
        </p>
      )}
      {open && <Help close={() => setOpen(false)} />}
    </div>
  );
}

function Help({ close }: { close: () => void }): ComponentChild {
  return (
    <Dialog title="Dated until a day" onClose={close}>
      <div class="help">
        <p>
          Every document and payment has two dates: the one that it bears (<em>dated</em>), and the one on which it was
          entered (<em>recorded</em>). “Dated until 31 December” counts what is dated up to that day, whenever it was
          recorded:
        </p>
        <ul>
          <li>A client paid on 30 December, and you entered it on 5 January. The payment counts.</li>
          <li>You issued an invoice on 3 January, and dated it 31 December. The invoice counts.</li>
          <li>A client paid on 2 January. The payment does not count: the invoice was still open.</li>
        </ul>
        <p>
          Figures of a past day therefore change if something is entered later with an earlier date. To prevent that,
          lock the period in the settings.
        </p>
        <button type="button" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

interface DatedLineProps {
  /** The day of the figures on the screen, as their answer has it; null: today. */
  dated: string | null;
  /** What does not depend on it. */
  children?: ComponentChildren;
}

/** Says that figures are not today's. It stays in sight, and is printed. */
export function DatedLine({ dated, children }: DatedLineProps): ComponentChild {
  if (dated === null) return null;
  return (
    <div class="dated-line" role="status">
      <p>
        <strong>Dated until {day(dated, locale.value)}</strong>
        {children !== undefined && <span class="detail">{children}</span>}
      </p>
      <button type="button" class="plain for-screen" onClick={() => setWords({ dated: "" })}>
        Back to today
      </button>
    </div>
  );
}
