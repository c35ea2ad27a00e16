/** Finds in a cache what the paper of a client's statement of account is made from. */
import type { z } from "zod";
import { buyerOf, sellerOf } from "../../events/business/parties.ts";
import { accountsOf, semanticBuyer, semanticSeller } from "../../events/document/semantic-of.ts";
import { dateAt } from "../../events/values/calendar.ts";
import type { ReadSource } from "../queries/read.ts";
import { type statementInput, statementOf } from "../queries/reports/statement.ts";
import { clientOf, rowOf } from "../stated/further.ts";
import { statedRows } from "../stated/stated-rows.ts";
import type { StatementSource } from "./document-source.ts";
import { logoAt } from "./logo-at.ts";
import { profileIn } from "./profile-in.ts";

/** @returns undefined if there is no such client */
export function statementIn(
  { db, nowMs }: ReadSource,
  account: z.output<typeof statementInput>,
): StatementSource | undefined {
  return db.transaction(() => {
    const statement = statementOf(db, account);
    if (!statement) return undefined;
    const rows = statedRows(db);
    const profile = profileIn(rows);
    const client = clientOf(rowOf(rows.client.get(account.client)));
    const seller = sellerOf(profile, []);
    return {
      statement,
      seller: semanticSeller(seller),
      buyer: semanticBuyer(buyerOf(client, [])),
      accounts: accountsOf(seller),
      on: dateAt(nowMs, profile.timeZone),
      language: client.language ?? profile.language,
      logo: logoAt(db, null),
      colour: seller.more?.colour ?? null,
    };
  })();
}
