/** What the rules of a format find, as a list of what is missing: each with the address where it is put right. */
import type { Finding } from "../../../events/einvoice/finding.ts";
import type { DocumentFormat } from "../../../events/einvoice/formats.ts";
import type { VatCategory } from "../../../events/values/money.ts";
import type { Gap } from "../text/gaps.ts";
import { formatName } from "./format-words.ts";
import { type Place, placeOfFinding, type Stated } from "./place-of-finding.ts";

/** The columns of a document that decide where its parts are filled in. */
interface StatedColumns {
  note: string | null;
  corrects_id: number | null;
  more: { payment: { accounts: readonly unknown[] } | null } | null;
  taxes: readonly { vat_category: VatCategory }[];
}

export function statedIn({ note, corrects_id, more, taxes }: StatedColumns): Stated {
  return {
    hasNote: note !== null,
    corrects: corrects_id !== null,
    hasAccounts: (more?.payment?.accounts.length ?? 0) > 0,
    categories: taxes.map(({ vat_category }) => vat_category),
  };
}

const MENDS: { readonly [W in Finding["where"]]: string } = {
  document: "Edit document",
  client: "Edit client",
  organization: "Edit settings",
  issue: "Issue…",
};

interface About {
  stated: Stated;
  /** The form of the document; null: it is issued, and can no longer be changed. */
  document: string | null;
  /** Where it is issued; null: it is. */
  issue: string | null;
  clientId: number | null;
  /** True: it cannot be issued like this. */
  refused: boolean;
}

/** The address of the form, with the field; null if no form can put it right. */
function addressOf({ where, field }: Place, { document, issue, clientId }: About): string | null {
  const form = {
    document,
    issue,
    client: clientId === null ? null : `/clients/${clientId}/edit`,
    organization: "/settings",
  };
  const to = form[where];
  if (to === null || field === null || where === "issue") return to;
  return `${to}${to.includes("?") ? "&" : "?"}${new URLSearchParams({ field })}`;
}

/** One for each text: a rule of several formats is said once. */
export function findingGaps(findings: readonly Finding[], about: About): Gap[] {
  const byText = new Map(findings.map((finding) => [finding.text, finding]));
  return [...byText.values()].map((finding) => {
    const place = placeOfFinding(finding, about.stated);
    const to = addressOf(place, about);
    return {
      refused: about.refused,
      words: finding.text,
      to: to ?? "",
      mend: to === null ? "" : MENDS[place.where],
      of: place.where === "organization" || place.where === "client" ? place.where : "document",
    };
  });
}

/** `3 points are open for Peppol BIS Billing 3.` */
export function openPoints(count: number, format: DocumentFormat): string {
  const name = formatName(format);
  if (count === 0) return `Nothing is missing for ${name}.`;
  return count === 1 ? `One point is open for ${name}.` : `${count} points are open for ${name}.`;
}
