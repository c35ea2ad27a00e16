/**
 * Accounts in the MongoDB database of the logs: collections `account`, `email_claim`, `family` and `known_network`. Each
 * change updates one document, and its filter names the state that it replaces.
 */
import { type Collection, type Db, MongoError } from "mongodb";
import { LogError } from "../../events/errors.ts";
import { isDuplicate } from "../../events/sources/mongo/mongo-collection.ts";
import { inTime } from "../../events/sources/mongo/reconnecting-client.ts";
import {
  type Account,
  type Accounts,
  type EmailClaim,
  type Family,
  type KnownNetwork,
  LIST_PAGE,
  MAX_FAMILIES,
  MAX_NETWORKS,
  NETWORK_SEEN_MS,
  type OneTimeLink,
  type UserKey,
} from "./accounts.ts";

/** `_id` is the log's id, a slash, and the id of the user's event. */
type AccountDocument = Account & { _id: string };
type ClaimDocument = Omit<EmailClaim, "email"> & { _id: string };
type FamilyDocument = Omit<Family, "id"> & { _id: string };
/** `_id` is that of the account, a slash, and the network. */
type NetworkDocument = UserKey & { _id: string; seenAtMs: number };

export class MongoAccounts implements Accounts {
  readonly #name: string;
  readonly #accounts: Collection<AccountDocument>;
  readonly #claims: Collection<ClaimDocument>;
  readonly #families: Collection<FamilyDocument>;
  readonly #networks: Collection<NetworkDocument>;
  #indexed: Promise<unknown> | null = null;

  /** @param name name of the database for error messages, without its password */
  constructor(db: Db, name: string) {
    const options = {
      writeConcern: { w: "majority", journal: true, wtimeoutMS: 10_000 },
      readConcern: { level: "majority" },
      readPreference: "primary",
    } as const;
    this.#name = name;
    this.#accounts = db.collection<AccountDocument>("account", options);
    this.#claims = db.collection<ClaimDocument>("email_claim", options);
    this.#families = db.collection<FamilyDocument>("family", options);
    this.#networks = db.collection<NetworkDocument>("known_network", options);
  }

  add(account: Account): Promise<boolean> {
    return this.#inserted(this.#accounts, { _id: idOf(account), ...account });
  }

  find(user: UserKey): Promise<Account | null> {
    return this.#try(async () => accountOf(await this.#accounts.findOne({ _id: idOf(user) })));
  }

  findByLink(hash: string): Promise<Account | null> {
    return this.#try(async () => accountOf(await this.#accounts.findOne({ "link.hash": hash })));
  }

  setLink(user: UserKey, link: OneTimeLink): Promise<boolean> {
    return this.#matched(this.#accounts.updateOne({ _id: idOf(user) }, { $set: { link } }));
  }

  changePassword(user: UserKey, { from, to }: { from: string; to: string }): Promise<boolean> {
    const filter = { _id: idOf(user), passwordHash: from };
    return this.#matched(this.#accounts.updateOne(filter, { $set: { passwordHash: to, link: null } }));
  }

  useLink(hash: string, passwordHash: string): Promise<boolean> {
    const change = { $set: { passwordHash, link: null } };
    return this.#matched(this.#accounts.updateOne({ "link.hash": hash }, change));
  }

  hasNetwork(user: UserKey, network: string): Promise<boolean> {
    return this.#try(async () => (await this.#networks.findOne({ _id: `${idOf(user)}/${network}` })) !== null);
  }

  async addNetwork(user: UserKey, { network, seenAtMs }: KnownNetwork): Promise<void> {
    const { logId, userEventId } = user;
    const _id = `${idOf(user)}/${network}`;
    if (!(await this.#inserted(this.#networks, { _id, logId, userEventId, seenAtMs }))) {
      const stale = { _id, seenAtMs: { $lte: seenAtMs - NETWORK_SEEN_MS } };
      await this.#try(() => this.#networks.updateOne(stale, { $set: { seenAtMs } }));
      return;
    }
    await this.#try(async () => {
      const options = { projection: { _id: 1 }, sort: { seenAtMs: -1 }, skip: MAX_NETWORKS } as const;
      const tooMany = await this.#networks.find({ logId, userEventId }, options).toArray();
      if (tooMany.length > 0) await this.#networks.deleteMany({ _id: { $in: tooMany.map(({ _id }) => _id) } });
    });
  }

  findClaim(email: string): Promise<EmailClaim | null> {
    return this.#try(async () => {
      const document = await this.#claims.findOne({ _id: email });
      if (!document) return null;
      const { _id, ...rest } = document;
      return { email: _id, ...rest };
    });
  }

  putClaim({ email, ...claim }: EmailClaim, expected: EmailClaim | null): Promise<boolean> {
    if (expected === null) return this.#inserted(this.#claims, { _id: email, ...claim });
    const { logId, userEventId, claimedAtMs } = expected;
    return this.#matched(this.#claims.updateOne({ _id: email, logId, userEventId, claimedAtMs }, { $set: claim }));
  }

  removeClaim({ email, logId, userEventId, claimedAtMs }: EmailClaim): Promise<boolean> {
    const filter = { _id: email, logId, userEventId, claimedAtMs };
    return this.#try(async () => (await this.#claims.deleteOne(filter)).deletedCount === 1);
  }

  addFamily({ id, ...family }: Family): Promise<void> {
    return this.#try(async () => {
      await this.#families.deleteMany({ expiresAtMs: { $lte: family.startedAtMs } });
      await this.#families.insertOne({ _id: id, ...family });
      const { logId, userEventId } = family;
      const options = { projection: { _id: 1 }, sort: { expiresAtMs: -1 }, skip: MAX_FAMILIES } as const;
      const tooMany = await this.#families.find({ logId, userEventId }, options).toArray();
      if (tooMany.length > 0) await this.#families.deleteMany({ _id: { $in: tooMany.map(({ _id }) => _id) } });
    });
  }

  async findFamily(id: string): Promise<Family | null> {
    return (await this.findFamilies([id]))[0] ?? null;
  }

  findFamilies(ids: readonly string[]): Promise<Family[]> {
    return this.#try(async () => {
      const documents = await this.#families.find({ _id: { $in: [...ids] } }).toArray();
      return documents.map(({ _id: id, ...rest }) => ({ id, ...rest }));
    });
  }

  advanceFamily(id: string, to: Pick<Family, "generation" | "used" | "expiresAtMs">): Promise<boolean> {
    const { generation, used, expiresAtMs } = to;
    const filter = { _id: id, generation: generation - 1 };
    return this.#matched(this.#families.updateOne(filter, { $set: { generation, used, expiresAtMs } }));
  }

  endFamily(id: string): Promise<void> {
    return this.#try(async () => void (await this.#families.deleteOne({ _id: id })));
  }

  endFamiliesOf({ logId, userEventId }: UserKey, except: string | null): Promise<void> {
    const filter = { logId, userEventId, ...(except !== null && { _id: { $ne: except } }) };
    return this.#try(async () => void (await this.#families.deleteMany(filter)));
  }

  async *listAccounts(): AsyncGenerator<Account> {
    for await (const document of this.#list(this.#accounts)) yield withoutId(document);
  }

  async *listClaims(): AsyncGenerator<EmailClaim> {
    for await (const { _id: email, ...rest } of this.#list(this.#claims)) yield { email, ...rest };
  }

  counts() {
    return this.#try(async () => ({
      accounts: await this.#accounts.countDocuments(),
      claims: await this.#claims.countDocuments(),
      families: await this.#families.countDocuments(),
    }));
  }

  async close(): Promise<void> {}

  /** All documents, page by page, so that no cursor stays open while the caller works. */
  async *#list<Document extends { _id: string }>(collection: Collection<Document>): AsyncGenerator<Document> {
    for (let last = ""; ; ) {
      const after = { _id: { $gt: last } } as never;
      const page = await this.#try(() =>
        collection.find<Document>(after, { sort: { _id: 1 }, limit: LIST_PAGE }).toArray(),
      );
      yield* page;
      const end = page.at(-1);
      if (!end || page.length < LIST_PAGE) return;
      last = end._id;
    }
  }

  #matched(update: Promise<{ matchedCount: number }>): Promise<boolean> {
    return this.#try(async () => (await update).matchedCount === 1);
  }

  #inserted<Document extends { _id: string }>(collection: Collection<Document>, document: Document): Promise<boolean> {
    return this.#try(async () => {
      await this.#ensureIndexes();
      try {
        await collection.insertOne(document as never);
        return true;
      } catch (error) {
        if (isDuplicate(error)) return false;
        throw error;
      }
    });
  }

  /** Creates the indexes, once per process. Every query uses `_id` or one of these. */
  async #ensureIndexes(): Promise<void> {
    this.#indexed ??= Promise.all([
      this.#accounts.createIndex({ "link.hash": 1 }, { name: "link_hash" }),
      this.#families.createIndex({ logId: 1, userEventId: 1, expiresAtMs: 1 }, { name: "user" }),
      this.#families.createIndex({ expiresAtMs: 1 }, { name: "expires" }),
      this.#networks.createIndex({ logId: 1, userEventId: 1, seenAtMs: 1 }, { name: "user" }),
    ]);
    await this.#indexed.catch((error) => {
      this.#indexed = null;
      throw error;
    });
  }

  async #try<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await inTime(this.#accounts.db.client, work);
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      throw new LogError("UNREACHABLE", `${this.#name}: accounts: ${error.message}`, { cause: error });
    }
  }
}

function accountOf(document: AccountDocument | null): Account | null {
  return document && withoutId(document);
}

function withoutId(document: AccountDocument): Account {
  const { _id, ...account } = document;
  return account;
}

function idOf({ logId, userEventId }: UserKey): string {
  return `${logId}/${userEventId}`;
}
