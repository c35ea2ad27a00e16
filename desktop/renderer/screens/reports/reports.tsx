/** The reports: VAT, the sales list, and open items. */
import type { ComponentChild } from "preact";
import { REPORTS } from "../../parts/places.ts";
import { word } from "../../state/address.ts";
import { organization } from "../../state/state.ts";
import { OpenDocuments } from "./open-documents.tsx";
import { OpenItems } from "./open-items.tsx";
import { SalesList } from "./sales-list.tsx";
import { VatDocuments } from "./vat-documents.tsx";
import { VatReport } from "./vat-report.tsx";

/** Each report, by its address. */
const SHOW: { readonly [P in (typeof REPORTS)[number]["path"]]: () => ComponentChild } = {
  "/reports": () => <VatReport />,
  "/reports/sales-list": () => <SalesList />,
  "/reports/open-items": () => {
    const client = clientInAddress();
    if (client !== null) return <OpenDocuments key={client} client={client} />;
    return word("by") === "document" ? <OpenDocuments key="all" client={null} /> : <OpenItems />;
  },
};

/** @param route such as `/reports/open-items` @returns null if there is no such report */
export function reportsAt(route: string): ComponentChild | null {
  if (route === "/reports/vat-documents") return <VatDocuments />;
  const report = REPORTS.find(({ path }) => path === route);
  return report ? <Report key={report.path} show={SHOW[report.path]} /> : null;
}

/** Periods and days need to know what day it is for the organization. */
function Report({ show }: { show: () => ComponentChild }): ComponentChild {
  return organization.value === null ? <p class="waiting">Loading…</p> : show();
}

function clientInAddress(): number | null {
  return /^\d{1,15}$/.test(word("client")) ? Number(word("client")) : null;
}
