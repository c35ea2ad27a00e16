/** "Check before sending" of what is typed, before anything is saved. */
import type { ComponentChild } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import { completeDraft, MAX_CORRECTION_BYTES } from "../../../../events/document/complete-draft.ts";
import type { DraftInput } from "../../../../events/document/draft.ts";
import { type DocumentFormat, isEInvoice } from "../../../../events/einvoice/formats.ts";
import type { Failure, FieldError } from "../../../contract/call-error.ts";
import type { Answers } from "../../../contract/contract.ts";
import { GapList } from "../../fields/gap-list.tsx";
import type { TypedInvoice } from "../../form/typed-invoice.ts";
import type { Form } from "../../form/use-form.ts";
import { findingGaps, openPoints } from "../../more/finding-gaps.ts";
import { FORMAT_WORDS } from "../../more/format-words.ts";
import { placeOfFinding, type Stated } from "../../more/place-of-finding.ts";
import type { Reading } from "../../more/reading.ts";
import { Problem } from "../../parts/problem.tsx";
import { call } from "../../state/bridge.ts";
import { failureIn } from "../../state/call-failed.ts";
import { path } from "../../state/navigation.ts";
import { dataVersion } from "../../state/state.ts";
import { fieldOnScreen } from "./invoice-form-input.ts";
import { checkedInput } from "./invoice-form-sums.ts";

type Findings = Answers["checkDraft"];

/** What is checked of a form. */
export interface Checked {
  kind: "invoice" | "credit_note";
  /** The invoice that it credits. */
  corrects: number | null;
  typed: TypedInvoice;
  reading: Reading;
}

/** Where the parts of a draft are filled in. */
function statedOf(draft: DraftInput, { corrects, reading }: Checked): Stated {
  const { taxes } = completeDraft(draft, reading.currency, MAX_CORRECTION_BYTES);
  return {
    hasNote: draft.note !== null,
    corrects: corrects !== null,
    hasAccounts: (draft.more?.payment?.accounts.length ?? 0) > 0,
    categories: taxes.map(({ vatCategory }) => vatCategory),
  };
}

/** What is wrong in the form itself, at its fields: what issuing would refuse. */
export async function errorsOfFormat(
  checked: Checked,
  draft: DraftInput,
  format: DocumentFormat | null,
): Promise<FieldError[]> {
  if (format === null || !isEInvoice(format)) return [];
  const { kind, corrects, typed } = checked;
  // Without an answer, the step of issuing says it, and the server refuses it.
  const findings = await call("checkDraft", { kind, correctsId: corrects, draft, format }).catch(() => []);
  const stated = statedOf(draft, checked);
  return findings.flatMap((finding) => errorOf(finding, stated, typed) ?? []);
}

function errorOf(finding: Findings[number], stated: Stated, typed: TypedInvoice): FieldError | null {
  const { where, field } = placeOfFinding(finding, stated);
  return where === "document" && field !== null ? { field: fieldOnScreen(field, typed), message: finding.text } : null;
}

interface DraftCheckProps extends Checked {
  form: Form<TypedInvoice>;
  /** The format that the client wants. */
  wanted: DocumentFormat | null;
}

export function DraftCheck(props: DraftCheckProps): ComponentChild {
  const { form, wanted } = props;
  const [opened, setOpened] = useState<boolean | null>(null);
  const [chosen, setChosen] = useState<DocumentFormat | null>(null);
  const mustPass = wanted !== null && isEInvoice(wanted);
  const isOpen = opened ?? mustPass;
  const format = chosen ?? (mustPass ? wanted : "factur-x");
  const id = useId();
  return (
    <section class="panel more" aria-label="Check before sending">
      <h2>
        <button
          type="button"
          class="plain more-toggle"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpened(!isOpen)}
        >
          Check before sending
        </button>
      </h2>
      {!isOpen && <p class="detail">What this document lacks as an electronic invoice, such as Factur-X or Peppol</p>}
      <div id={id} class="more-content" hidden={!isOpen}>
        {isOpen && (
          <>
            <FormatChoice format={format} wanted={wanted} onChoose={setChosen} />
            <Outcome {...props} form={form} format={format} />
          </>
        )}
      </div>
    </section>
  );
}

interface FormatChoiceProps {
  format: DocumentFormat;
  wanted: DocumentFormat | null;
  onChoose: (format: DocumentFormat) => void;
}

function FormatChoice({ format, wanted, onChoose }: FormatChoiceProps): ComponentChild {
  const id = useId();
  return (
    <div class="field format-choice">
      <label for={id}>Format</label>
      <select
        id={id}
        value={format}
        onChange={({ currentTarget }) => {
          const found = FORMAT_WORDS.find(([one]) => one === currentTarget.value);
          if (found) onChoose(found[0]);
        }}
      >
        {FORMAT_WORDS.filter(([one]) => isEInvoice(one)).map(([one, name]) => (
          <option key={one} value={one}>
            {one === wanted ? `${name}, as the client wants` : name}
          </option>
        ))}
      </select>
    </div>
  );
}

/** How long after the last key the check is made, ms. */
const PAUSE_MS = 400;

type Result = { findings: Findings; draft: DraftInput } | { failure: Failure } | "incomplete" | null;

function useResult({ kind, corrects, typed, reading }: Checked, format: DocumentFormat): Result {
  const [result, setResult] = useState<Result>(null);
  const { currency, locale } = reading;
  const data = dataVersion.value;
  useEffect(() => {
    let isCurrent = true;
    const tell = (next: Result) => isCurrent && setResult(next);
    const check = () => {
      const { input: draft, errors } = checkedInput(typed, { currency, locale }, { kind });
      if (errors.length > 0) return tell("incomplete");
      call("checkDraft", { kind, correctsId: corrects, draft, format }).then(
        (findings) => tell({ findings, draft }),
        (error) => tell({ failure: failureIn(error) }),
      );
    };
    const timer = setTimeout(check, PAUSE_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [kind, corrects, typed, currency, locale, format, data]);
  return result;
}

function Outcome({ form, wanted, format, ...checked }: DraftCheckProps & { format: DocumentFormat }): ComponentChild {
  const result = useResult(checked, format);
  const { typed } = checked;
  if (result === null) return <p class="detail">Checking…</p>;
  if (result === "incomplete") return <p class="detail">Complete the lines first: some cannot be read yet.</p>;
  if ("failure" in result) return <Problem failure={result.failure} />;
  const { findings, draft } = result;
  const stated = statedOf(draft, checked);
  const gaps = findingGaps(findings, {
    ...{ stated, document: "here", issue: null, clientId: typed.clientId, refused: wanted === format },
  });
  const errors = new Map(findings.map((finding) => [finding.text, errorOf(finding, stated, typed)]));
  const here = (text: string) => {
    const error = errors.get(text);
    return error ? () => form.refuse([error]) : null;
  };
  // What no field of this form can mend, such as the number of the invoice that is credited, has no link.
  const shown = gaps.map((gap) => (gap.of === "document" && !errors.get(gap.words) ? { ...gap, to: "" } : gap));
  return (
    <div role="status" class="stack tight">
      <p class={gaps.length === 0 ? "all-there" : undefined}>{openPoints(gaps.length, format)}</p>
      {gaps.length > 0 && <GapList gaps={shown} back={path.value} plain here={({ words }) => here(words)} />}
    </div>
  );
}
