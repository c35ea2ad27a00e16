/** The fields behind "More", as the list of a group describes them. The caller holds what is typed. */
import type { ComponentChild } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { CodeListName } from "../../../events/einvoice/words/code-words.ts";
import { codeList } from "../more/code-lists.ts";
import { FORMAT_WORDS } from "../more/format-words.ts";
import {
  entriesAt,
  fieldsOfGroup,
  listsOfGroup,
  type MoreField,
  type MoreGroup,
  type MoreList,
  type TypedEntry,
  type TypedMore,
  textAt,
  type UsualCodes,
  withMore,
} from "../more/more.ts";
import { countries, textOfCode } from "../text/named-codes.ts";
import { AreaCell, SelectCell, TextCell } from "./cell-fields.tsx";
import { CodeCell } from "./code-cell.tsx";
import type { FieldsForm } from "./fields.tsx";

interface MoreFieldsProps {
  form: FieldsForm;
  /** The path of the group in the command, such as `lines.3.more`. */
  at: string;
  group: MoreGroup;
  typed: TypedMore;
  /** What empty fields stand for, by path, where it is not the list's own `usual`. */
  usual?: UsualCodes;
  /** Other lists than the fields' own, by path. */
  lists?: Readonly<Record<string, CodeListName>>;
  /** @param path within the group, of what was typed into */
  onChange: (typed: TypedMore, path: string) => void;
}

export function MoreFields(props: MoreFieldsProps): ComponentChild {
  const { form, at, group, typed, usual = {}, lists: otherLists = {}, onChange } = props;
  const change = (path: string, value: string | readonly TypedEntry[], field = path) =>
    onChange(withMore(typed, path, value), field);
  return group.map(({ title, fields = {}, lists = {} }) => (
    <fieldset key={title} class="more-section">
      <legend>{title}</legend>
      <div class="fields">
        {Object.entries(fields).map(([path, field]) => (
          <MoreCell
            key={path}
            form={form}
            at={`${at}.${path}`}
            field={{ ...field, ...(otherLists[path] && { list: otherLists[path] }) }}
            value={textAt(typed, path)}
            usual={usual[path] ?? field.usual?.(typed) ?? null}
            onInput={(text) => change(path, text)}
          />
        ))}
      </div>
      <div class="more-lists">
        {Object.entries(lists).map(([path, list]) => (
          <Entries
            key={path}
            form={form}
            at={`${at}.${path}`}
            list={list}
            entries={entriesAt(typed, path)}
            onChange={(entries, field) => change(path, entries, field === "" ? path : `${path}.${field}`)}
          />
        ))}
      </div>
    </fieldset>
  ));
}

interface MoreCellProps {
  form: FieldsForm;
  at: string;
  field: MoreField;
  value: string;
  /** The code that an empty field stands for. */
  usual?: string | null;
  onInput: (text: string) => void;
}

function MoreCell({ form, at, field, value, usual = null, onInput }: MoreCellProps): ComponentChild {
  const { label, short = label, kind = "line", list, hint } = field;
  const cell = { form, at, label: short, value, onInput, ...(hint !== undefined && { hint }) };
  const limit = field.max === undefined ? {} : { maxLength: field.max };
  if (kind === "lines") return <AreaCell {...cell} {...limit} wide={field.wide === true} />;
  if (kind === "date") return <TextCell {...cell} type="date" />;
  if (kind === "quantity6" || kind === "price6") return <TextCell {...cell} inputMode="decimal" />;
  if (kind === "colour") return <ColourCell {...cell} />;
  if (kind === "format") return <SelectCell {...cell} options={[["", "Paper, or as agreed"], ...FORMAT_WORDS]} />;
  if (kind !== "country" && list === undefined) return <TextCell {...cell} {...limit} />;
  const codes = list === undefined ? countries() : codeList(list);
  return <CodeCell {...cell} list={codes} placeholder={textOfCode(codes, usual)} />;
}

/** The colour of paper where none is chosen. */
const USUAL_COLOUR = "#1f3a5f";

/** A colour is typed, or picked from the swatch that shows it. */
function ColourCell(
  cell: Pick<MoreCellProps, "form" | "at" | "value" | "onInput"> & { label: string },
): ComponentChild {
  const { form, at, label, value, onInput } = cell;
  return (
    <div class="colour-field">
      <TextCell {...cell} placeholder={USUAL_COLOUR} maxLength={7} />
      <input
        type="color"
        name={`${at}.swatch`}
        aria-label={`${label}: pick`}
        disabled={form.unanswered}
        value={/^#[0-9a-f]{6}$/i.test(value.trim()) ? value.trim().toLowerCase() : USUAL_COLOUR}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
    </div>
  );
}

interface EntriesProps {
  form: FieldsForm;
  at: string;
  list: MoreList;
  entries: readonly TypedEntry[];
  /** @param field what was typed into, within the list; empty: the list itself changed */
  onChange: (entries: readonly TypedEntry[], field: string) => void;
}

function Entries({ form, at, list, entries, onChange }: EntriesProps): ComponentChild {
  const { one, many, max, fields } = list;
  const names = Object.keys(fields);
  const box = useRef<HTMLDivElement>(null);
  /** The entry to focus when it is drawn; −1: the button that adds one. */
  const next = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (next.current === null) return;
    const field = document.getElementsByName(`${at}.${next.current}.${names[0]}`)[0];
    (field ?? box.current?.querySelector<HTMLElement>("button.add"))?.focus();
    next.current = null;
  });
  const title = one.replace(/^./u, (letter) => letter.toUpperCase());
  return (
    <div class="more-list" ref={box}>
      {entries.map((entry, n) => (
        <fieldset key={n} class="more-entry">
          <legend class="for-screen-readers">{`${title} ${n + 1}`}</legend>
          <div class="fields">
            {Object.entries(fields).map(([name, field]) => (
              <MoreCell
                key={name}
                form={form}
                at={`${at}.${n}.${name}`}
                field={field}
                value={entry[name] ?? ""}
                onInput={(text) =>
                  onChange(
                    entries.map((other, place) => (place === n ? { ...entry, [name]: text } : other)),
                    `${n}.${name}`,
                  )
                }
              />
            ))}
          </div>
          <button
            type="button"
            class="plain"
            disabled={form.unanswered}
            aria-label={`Remove ${one} ${n + 1}`}
            onClick={() => {
              next.current = -1;
              onChange(entries.toSpliced(n, 1), "");
            }}
          >
            Remove
          </button>
        </fieldset>
      ))}
      {form.errorAt(at) !== null && <p class="field-error">{form.errorAt(at)}</p>}
      <button
        type="button"
        class="plain add"
        name={at}
        aria-invalid={form.errorAt(at) === null ? undefined : true}
        disabled={form.unanswered || entries.length >= max}
        onClick={() => {
          next.current = entries.length;
          onChange([...entries, Object.fromEntries(names.map((name) => [name, ""]))], "");
        }}
      >
        {`Add ${one}`}
      </button>
      {entries.length >= max && <p class="detail">{`At most ${max} ${many}.`}</p>}
    </div>
  );
}

/** True if a field of the group has an error. */
export function hasErrorIn(errorAt: FieldsForm["errorAt"], at: string, group: MoreGroup, typed: TypedMore): boolean {
  if (errorAt(at) !== null) return true;
  if (fieldsOfGroup(group).some(([path]) => errorAt(`${at}.${path}`) !== null)) return true;
  return listsOfGroup(group).some(
    ([path, { fields }]) =>
      errorAt(`${at}.${path}`) !== null ||
      entriesAt(typed, path).some((_, n) =>
        Object.keys(fields).some((name) => errorAt(`${at}.${path}.${n}.${name}`) !== null),
      ),
  );
}
