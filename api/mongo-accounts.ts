/** Accounts in the MongoDB database that the logs are in: collection `account`, `_id` is the e-mail address. */
import { type Collection, type Db, MongoServerError } from "mongodb";
import type { Account, Accounts } from "./accounts.ts";

type AccountDocument = Omit<Account, "email"> & { _id: string };

const DUPLICATE_KEY = 11_000;

export class MongoAccounts implements Accounts {
  readonly #collection: Collection<AccountDocument>;

  constructor(db: Db) {
    this.#collection = db.collection<AccountDocument>("account", {
      writeConcern: { w: "majority", j: true },
      readConcern: { level: "majority" },
    });
  }

  async add({ email, ...rest }: Account): Promise<boolean> {
    try {
      await this.#collection.insertOne({ _id: email, ...rest });
      return true;
    } catch (error) {
      if (error instanceof MongoServerError && error.code === DUPLICATE_KEY) return false;
      throw error;
    }
  }

  async find(email: string): Promise<Account | null> {
    return accountOf(await this.#collection.findOne({ _id: email }));
  }

  async findByInvitation(invitation: string): Promise<Account | null> {
    return accountOf(await this.#collection.findOne({ invitation }));
  }

  async update(
    email: string,
    change: Partial<Pick<Account, "passwordHash" | "invitation" | "enabled">>,
  ): Promise<void> {
    await this.#collection.updateOne({ _id: email }, { $set: change });
  }

  async close(): Promise<void> {}
}

function accountOf(document: AccountDocument | null): Account | null {
  if (!document) return null;
  const { _id: email, ...rest } = document;
  return { email, ...rest };
}
