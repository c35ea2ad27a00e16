/** "Why this number?": a figure, and the lines that add up to it. */
import type { ComponentChild } from "preact";
import type { Answers } from "../../../contract/contract.ts";
import { recordOf } from "../../parts/activity-list.tsx";
import { DatedLine, datedArgument } from "../../parts/dated-until.tsx";
import { type Figure, figureInAddress } from "../../parts/figure-address.ts";
import { Problem } from "../../parts/problem.tsx";
import { locale } from "../../state/state.ts";
import { useCall } from "../../state/use-call.ts";
import { WhyMembers } from "./why-members.tsx";
import { WhyExport, WhyPostings } from "./why-postings.tsx";
import { columnText, signedText, valueText } from "./why-values.ts";
import { WhyVersions } from "./why-versions.tsx";
import { figureSentence, figureTitle, KIND_NAMES, linesText } from "./why-words.ts";

type Answer = Answers["getFigure"];

export function WhyPage(): ComponentChild {
  const figure = figureInAddress();
  if (figure === null) return <p class="empty">The address names no figure.</p>;
  return <WhyFigure key={JSON.stringify(figure)} figure={figure} />;
}

function WhyFigure({ figure }: { figure: Figure }): ComponentChild {
  const { value, failure, waiting, retry } = useCall("getFigure", { figure, ...datedArgument() });
  if (failure) return <Problem failure={failure} retry={retry} />;
  if (waiting || !value) return <p class="waiting">Loading…</p>;
  return (
    <div class="list-screen why-screen">
      <header class="page-head">
        <h1>{figureTitle(value, locale.value)}</h1>
        <SubjectLink answer={value} />
        {value.of === "postings" && (
          <div class="actions-row">
            <WhyExport answer={value} />
          </div>
        )}
      </header>
      <DatedLine dated={value.dated_until} />
      <div class="why-head">
        {(value.of !== "versions" || value.value !== null || value.text !== null) && (
          <p class="why-value">
            {value.text === null
              ? valueText(value, value.value)
              : columnText(columnOf(value), value.text, value.currency)}
          </p>
        )}
        <p class="detail">
          {figureSentence(value)}
          {value.changes_with_day && " It also changes with the day, because due dates pass."}
        </p>
      </div>
      <Kinds answer={value} />
      <Lines answer={value} />
    </div>
  );
}

function Lines({ answer }: { answer: Answer }): ComponentChild {
  switch (answer.of) {
    case "postings":
      return <WhyPostings answer={answer} />;
    case "members":
      return <WhyMembers answer={answer} />;
    case "versions":
      return <WhyVersions answer={answer} />;
  }
}

/** The column of a record; empty: none. */
function columnOf({ figure }: Answer): string {
  return figure.figure === "record" ? (figure.column ?? "") : "";
}

/** The page of what the figure is about. */
function SubjectLink({ answer: { subject } }: { answer: Answer }): ComponentChild {
  const href = subject && recordOf(subject.kind, subject.id);
  if (!subject || !href) return null;
  const kind = subject.kind === "invoice" ? "document" : subject.kind;
  return (
    <nav class="links" aria-label="About">
      <a href={href}>Open the {kind}</a>
    </nav>
  );
}

/** What the figure consists of, by kinds of lines. */
function Kinds({ answer }: { answer: Answer }): ComponentChild {
  const { kinds } = answer;
  if (kinds === null || kinds.length < 2) return null;
  return (
    <dl class="why-kinds">
      {inOrder(kinds).map(({ kind, postings, amount }) => (
        <div key={kind}>
          <dt>
            {KIND_NAMES[kind]} <span class="detail">{linesText(postings, locale.value)}</span>
          </dt>
          <dd>{signedText(answer, amount)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Documents first, then what settles them. */
function inOrder(kinds: NonNullable<Answer["kinds"]>): NonNullable<Answer["kinds"]> {
  const names = Object.keys(KIND_NAMES);
  return kinds.toSorted((a, b) => names.indexOf(a.kind) - names.indexOf(b.kind));
}
