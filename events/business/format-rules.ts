/** The rules of the format that a client wants: they refuse the issue of a document that software reads. */
import { semanticOf } from "../document/semantic-of.ts";
import type { StatedDocument } from "../document/stated.ts";
import { isEInvoice } from "../einvoice/formats.ts";
import { checkFormat } from "../einvoice/rules/check-format.ts";
import { refusal } from "../errors.ts";

/** The field is that of the first finding, in the semantic model. @throws Refusal FORMAT_RULES */
export function checkFormatRules(stated: StatedDocument): void {
  const { format } = stated;
  if (format === null || !isEInvoice(format)) return;
  const findings = checkFormat(semanticOf(stated), format);
  const [first] = findings;
  if (!first) return;
  const { rule, text, path } = first;
  throw refusal("FORMAT_RULES", `${path}: ${text} (${rule}, for ${format})`, {
    field: path,
    values: { format, findings: findings.length, rule, text },
  });
}
