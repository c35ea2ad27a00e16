/** The members of a figure: each document or payment, with what it adds. Each opens its own history. */
import type { ComponentChild } from "preact";
import type { Answers, FigureMember } from "../../../contract/contract.ts";
import { type Column, ListTable } from "../../lists/list-table.tsx";
import { datedArgument, datedUntil } from "../../parts/dated-until.tsx";
import { type Figure, figureHref } from "../../parts/figure-address.ts";
import type { call } from "../../state/bridge.ts";
import { locale } from "../../state/state.ts";
import { usePages } from "../../state/use-pages.ts";
import { day } from "../../text/format.ts";
import { signedText, valueText } from "./why-values.ts";

type Answer = Answers["getFigure"];
type MembersArgument = Parameters<typeof call<"listFigureMembers">>[1];

export function WhyMembers({ answer }: { answer: Answer }): ComponentChild {
  const query = { figure: answer.figure as Figure, ...datedArgument() } as MembersArgument;
  const pages = usePages("listFigureMembers", query);
  return (
    <ListTable
      label="Members"
      class="members"
      columns={columnsOf(answer)}
      pages={pages}
      hrefOf={(row) => figureHref(figureOf(row, answer), datedUntil())}
      sort="on"
      order="By date"
      empty="Nothing counts: it is zero."
    />
  );
}

/** What a member has of the figure is a figure itself. */
function figureOf({ id }: FigureMember, { figure }: Answer): Figure {
  if (figure.figure === "credit_of_payments" || figure.figure === "credit_of_documents")
    return { figure: "credit_left", id };
  return { figure: "document_due", id };
}

const KINDS = { invoice: "Invoice", credit_note: "Credit note", payment: "Payment" } as const;

function columnsOf(answer: Answer): Column<FigureMember>[] {
  return [
    { name: "Document", class: "c-number", cell: ({ kind, name }) => `${KINDS[kind]} ${name ?? ""}` },
    { name: "Client", class: "c-client", cell: ({ client_name }) => client_name },
    { name: "Date", class: "c-dated", cell: ({ on }) => day(on, locale.value) },
    {
      name: "Due",
      class: "c-due-on",
      cell: ({ kind, due_on }) => (kind === "invoice" ? day(due_on, locale.value) : ""),
    },
    {
      name: "Adds",
      class: "c-difference number",
      amounts: (row) => [signedText(answer, row.amount)],
      cell: (row) => signedText(answer, row.amount),
    },
    {
      name: "Sum so far",
      class: "c-running number",
      amounts: (row) => [valueText(answer, row.running)],
      cell: (row) => valueText(answer, row.running),
    },
  ];
}
