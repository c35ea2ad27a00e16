/** A report on paper: its name, its period, and whose it is, above its tables. */
import type { ComponentChild, ComponentChildren } from "preact";
import { locale, organization } from "../../state/state.ts";
import { day } from "../../text/format.ts";

interface ReportPaperProps {
  name: string;
  /** The period, or the day. */
  detail: ComponentChildren;
  children: ComponentChildren;
}

export function ReportPaper({ name, detail, children }: ReportPaperProps): ComponentChild {
  const own = organization.value;
  return (
    own && (
      <article class="paper report-paper">
        <header class="paper-head">
          <div>
            <h1>{name}</h1>
            <p>{detail}</p>
          </div>
          <div>
            <strong>{own.legal_name}</strong>
            {own.vat_id !== null && <small>VAT ID {own.vat_id}</small>}
            <small>Printed on {day(own.today, locale.value)}</small>
          </div>
        </header>
        {children}
      </article>
    )
  );
}
