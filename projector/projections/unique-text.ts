/** The keys of texts that must be unique. Deciders look them up, so that no text is added that is the same to people. */
import { separateKey } from "../../events/values/unique-key.ts";
import type { Row } from "../tables/tables.ts";
import type { Tables } from "./projection.ts";

/**
 * Keeps the key of a stream's text.
 *
 * @param texts.before null if the stream had none
 * @param texts.now null if it has none any more
 */
export function putUniqueText(
  tables: Tables,
  of: Pick<Row<"uniqueText">, "stream" | "kind" | "scope">,
  { before, now }: { before: string | null; now: string | null },
): void {
  const key = now === null ? null : separateKey(now);
  if (key !== null) tables.uniqueText.put({ ...of, text_key: key });
  else if (before !== null && separateKey(before) !== null) tables.uniqueText.delete(of.stream);
}
