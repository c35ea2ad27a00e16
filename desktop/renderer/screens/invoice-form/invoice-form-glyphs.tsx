/** Says which typed characters no font of the paper has. It is said while they are typed, not when the paper is printed. */
import type { ComponentChild } from "preact";
import { missingGlyphs, REPLACEMENT } from "../../../../projector/paper/parts/missing-glyphs.ts";
import { placeWords } from "../../form/place-words.ts";
import type { TypedInvoice } from "../../form/typed-invoice.ts";

/** More places than these are only counted. */
const MOST_PLACES = 5;

interface Unprintable {
  /** The path of the field. */
  path: string;
  characters: readonly string[];
}

/** By line: while one line is typed, the others are not searched again. */
const known = new WeakMap<object, Unprintable[]>();

export function UnprintableCharacters({
  typed,
  client,
}: {
  typed: TypedInvoice;
  client: string | null;
}): ComponentChild {
  const found = unprintableIn(typed);
  const inName = client === null ? [] : missingGlyphs(client);
  if (found.length === 0 && inName.length === 0) return null;
  const places = [
    ...(inName.length === 0 ? [] : [`${quoted(inName)} in the client’s name`]),
    ...found.map(({ path, characters }) => `${quoted(characters)} in ${placeWords(path)}`),
  ];
  const left = places.length - MOST_PLACES;
  return (
    <section class="notice unprintable" role="status" aria-label="Characters that cannot be printed">
      <p>Not every character can be printed. On paper, {REPLACEMENT} takes the place of:</p>
      <ul>
        {places.slice(0, MOST_PLACES).map((place) => (
          <li key={place}>{place}</li>
        ))}
        {left > 0 && <li>{left === 1 ? "one more place" : `${left} more places`}</li>}
      </ul>
    </section>
  );
}

/** Of a whole invoice, in the order of the form. */
export function unprintableIn({ lines, ...rest }: TypedInvoice): Unprintable[] {
  const ofLines = lines.flatMap((line, n) => {
    const own = known.get(line) ?? inValue(line, "");
    known.set(line, own);
    return own.map(({ path, characters }) => ({ path: `lines.${n}${path}`, characters }));
  });
  return [...ofLines, ...inValue(rest, "").map((one) => ({ ...one, path: one.path.slice(1) }))];
}

/** @param path of the value; those of its parts begin with it */
function inValue(value: unknown, path: string): Unprintable[] {
  if (typeof value === "string") {
    const characters = missingGlyphs(value);
    return characters.length === 0 ? [] : [{ path, characters }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => inValue(part, `${path}.${name}`));
}

function quoted(characters: readonly string[]): string {
  return characters.map((character) => `“${character}”`).join(" ");
}
