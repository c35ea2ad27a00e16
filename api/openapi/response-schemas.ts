/** The schemas of the API's responses: the components of its OpenAPI document, by name. */
import { further, furtherOfItem, furtherOfLine } from "../../events/document/further.ts";
import {
  furtherOfBuyer,
  furtherOfClient,
  furtherOfOrganization,
  furtherOfSeller,
} from "../../events/document/party.ts";
import { COLLECTIONS } from "../../projector/queries/pull/changes.ts";
import { TABLES } from "../../projector/tables/tables.ts";
import { INVOICE_PARTY } from "../../projector/tables/views.ts";
import {
  arrayOf,
  type JsonSchema,
  object,
  propertiesOf,
  reference,
  schemaOfParameter,
  schemaOfRow,
} from "./json-schema.ts";
import { CODE_SCHEMA } from "./problem-responses.ts";
import { REPORTS } from "./report-schemas.ts";
import { RULE_SCHEMA } from "./rule-docs.ts";

const text = (description: string, more: JsonSchema = {}): JsonSchema => ({ type: "string", description, ...more });
const whole = (description: string): JsonSchema => ({ type: "integer", description });
const nullable = (schema: JsonSchema): JsonSchema => ({ ...schema, type: [schema.type, "null"] });

/** A row without the column that names its parent. */
const part = (table: keyof typeof TABLES): JsonSchema => schemaOfRow(TABLES[table], {}, [TABLES[table].key[0] ?? ""]);

const { values: ROLE_VALUES } = TABLES.user.columns.role;
const ROLE = { type: "string", enum: ROLE_VALUES };

const sessionUser = object({
  id: whole("the user's number"),
  email: text("e-mail address"),
  name: text("name"),
  role: ROLE,
});

const invoiceLink = object(
  propertiesOf(TABLES.invoice, ["id", "number", "kind", "status", "issued_on", "gross_minor", "cancelled_by_id"]),
  "a related document",
);

const refundOfSource = object(
  {
    ...propertiesOf(TABLES.refundSource, ["refund_id", "amount_minor"]),
    ...propertiesOf(TABLES.refund, ["paid_on", "method", "reference", "reversed"]),
  },
  "a refund that was paid out of it, also one that was reversed",
);

const SESSION = {
  token: text("access token, valid for 15 minutes"),
  refreshToken: text("valid for one refresh"),
  log: text("the id of the organization's log", { format: "uuid" }),
  user: sessionUser,
};

const INVITATION = {
  invitation: text("the token of a one-time link for setting a password"),
  expiresAt: text("when the link expires", { format: "date-time" }),
};

export const COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  Problem: {
    type: "object",
    description: "What is wrong (RFC 9457)",
    properties: {
      type: text("always about:blank"),
      title: text("the meaning of the status"),
      status: whole("the status of the response"),
      detail: text("what is wrong, for people"),
      code: {
        description: "the rule that refused, or the kind of failure, for programs",
        anyOf: [reference("Rule"), reference("Failure")],
      },
      field: text("the field of the body that it is about"),
      requestId: text("the id of the request, as in X-Request-Id and in the server's log"),
      values: {
        type: "object",
        description: "the values that were compared",
        additionalProperties: { type: ["string", "integer", "null"] },
      },
      errors: arrayOf(
        object(
          { field: text("path of the field"), message: text("what is wrong") },
          "a field that does not fit its schema",
        ),
      ),
    },
    required: ["type", "title", "status", "detail", "code"],
  },
  Rule: RULE_SCHEMA,
  Failure: CODE_SCHEMA,
  Written: object(
    {
      seq: nullable(whole("the event's number in the log; null: the command changed nothing")),
      id: nullable(text("the event's id; null: there is no event", { format: "uuid" })),
      stream: whole("the id of the invoice, client, user … that it happened to"),
      version: whole("the current version of that, for If-Match"),
    },
    "a command that was accepted",
  ),
  Invitation: object(INVITATION, "an invitation"),
  UserAdded: {
    allOf: [reference("Written"), { type: "object", properties: INVITATION }],
    description: "A user who was added, with an invitation. Without one if the user already has a password.",
  },
  Session: object(SESSION, "a session of a user"),
  Login: object(
    {
      ...SESSION,
      device: text("for the header Invoify-Device of later logins on this device; it is not a login by itself"),
    },
    "a new session of a user",
  ),
  Me: object({ log: text("the id of the organization's log", { format: "uuid" }), user: sessionUser }),
  Done: object({ ok: { type: "boolean" } }),
  Ready: {
    type: "object",
    properties: {
      ok: { type: "boolean" },
      warnings: arrayOf(text("what an operator should look at, although the process can do its work")),
    },
    required: ["ok"],
  },
  SigningKey: object(
    {
      origin: text("the log's current origin: the first line of its checkpoints, and the name of its keys"),
      generation: whole("1, and one more after each restore of a backup"),
      keys: arrayOf(text("a key that signs the checkpoints now, as C2SP signed-note writes it: NAME+ID+KEY")),
      fingerprints: object(
        {
          ed25519: text("SHA-256 of the public key, hex"),
          mlDsa44: text("SHA-256 of the public key, hex"),
        },
        "of the keys that sign from now on: compare them with what the server's operator says",
      ),
      successors: arrayOf(text("a signed note in which earlier keys name the next ones, oldest first")),
      trouble: nullable(
        object(
          {
            code: { type: "string", enum: ["ALTERED", "BEHIND"] },
            event: nullable(whole("the first event that is known to differ from what was signed")),
            signed: nullable(whole("number of events in the last checkpoint that this process signed")),
          },
          "why nothing more is signed; null if nothing contradicts what was signed",
        ),
      ),
    },
    "the keys that sign the log",
  ),
  Finding: object(
    {
      rule: text("the rule by its official name, such as BR-CO-15"),
      term: text("the business term or group of EN 16931, such as BT-34"),
      path: text("the place in the semantic model, such as seller.electronicAddress"),
      where: {
        type: "string",
        enum: ["document", "client", "organization", "issue"],
        description: "where it is filled in",
      },
      text: text("what is missing or wrong, for people"),
    },
    "what a document lacks for a format, or states wrongly",
  ),
  SignUp: object({ open: { type: "boolean", description: "true if anyone may found an organization here" } }),
  Founded: object({
    log: text("the id of the organization's log", { format: "uuid" }),
    organization: reference("Written"),
    owner: reference("Written"),
  }),
  Organization: schemaOfRow(TABLES.organization, {
    more: schemaOfParameter(furtherOfOrganization.nullable()),
    vat_rates: arrayOf(object(propertiesOf(TABLES.savedVatRate, ["n", "name", "vat_category", "vat_rate3", "reason"]))),
    number_series: arrayOf(
      object({
        ...propertiesOf(TABLES.numberSeries, ["n", "name", "kind", "pattern", "first", "reset", "is_foreign"]),
        ...propertiesOf(TABLES.seriesCounter, ["last_number", "documents"]),
        last_issued_on: nullable(text("latest issue date; null if it has no numbers yet")),
        prefix: nullable(text("deprecated: what is in front of the counter; null if the pattern has anything else")),
        digits: nullable(whole("deprecated: fewest digits of the counter; null as prefix is")),
      }),
    ),
  }),
  User: schemaOfRow(TABLES.user),
  Client: schemaOfRow(TABLES.client, {
    more: schemaOfParameter(furtherOfClient.nullable()),
    balances: arrayOf(part("clientBalance")),
  }),
  ...REPORTS,
  Item: schemaOfRow(TABLES.item, { more: schemaOfParameter(furtherOfItem.nullable()) }),
  Invoice: schemaOfRow(TABLES.invoice),
  WholeInvoice: schemaOfRow(TABLES.invoice, {
    more: schemaOfParameter(further.nullable()),
    parties: arrayOf(
      schemaOfRow(INVOICE_PARTY, { more: schemaOfParameter(furtherOfSeller.or(furtherOfBuyer).nullable()) }, [
        "invoice_id",
      ]),
    ),
    lines: arrayOf(
      schemaOfRow(TABLES.invoiceLine, { more: schemaOfParameter(furtherOfLine.nullable()) }, ["invoice_id"]),
    ),
    adjustments: arrayOf(part("invoiceAdjustment")),
    taxes: arrayOf(part("invoiceTax")),
    deliveries: arrayOf(part("documentDelivery")),
    credit_allocations: arrayOf(part("creditAllocation")),
    payments: arrayOf(
      object(
        {
          ...propertiesOf(TABLES.paymentAllocation, ["payment_id", "amount_minor", "allocated_on"]),
          ...propertiesOf(TABLES.payment, ["received_on", "method", "reference"]),
        },
        "a payment that is applied to it",
      ),
    ),
    credits: arrayOf(
      object(
        {
          ...propertiesOf(TABLES.creditAllocation, ["credit_note_id", "amount_minor", "allocated_on"]),
          ...propertiesOf(TABLES.invoice, ["kind", "number", "issued_on"]),
        },
        "a credit note, or an invoice below zero, that is applied to it",
      ),
    ),
    corrects: {
      anyOf: [invoiceLink, { type: "null" }],
      description: "only for a credit note: the invoice that it corrects",
    },
    corrected_by: { ...arrayOf(invoiceLink), description: "credit notes that correct it, including drafts" },
    settles: {
      ...arrayOf(invoiceLink),
      description: "only for a credit note: the invoices of its allocations, in order",
    },
    passed_over: arrayOf(
      object(
        {
          ...propertiesOf(TABLES.numberPassedOver, ["number", "taken_by"]),
          taken_number: text("the number of the document that has it"),
        },
        "a number directly before its own that the series passed over",
      ),
    ),
    refunds: arrayOf(refundOfSource),
  }),
  Payment: schemaOfRow(TABLES.payment),
  WholePayment: schemaOfRow(TABLES.payment, {
    allocations: arrayOf(
      object({
        ...propertiesOf(TABLES.paymentAllocation, ["n", "invoice_id", "amount_minor", "allocated_on"]),
        ...propertiesOf(TABLES.invoice, ["number"]),
      }),
    ),
    refunds: arrayOf(refundOfSource),
  }),
  Refund: schemaOfRow(TABLES.refund),
  WholeRefund: schemaOfRow(TABLES.refund, {
    sources: arrayOf(
      object({
        ...propertiesOf(TABLES.refundSource, ["n", "source_id", "amount_minor"]),
        kind: { type: "string", enum: ["payment", "credit_note", "invoice"] },
        name: nullable(text("a document's number; a payment's reference")),
        on: text("when it was received or issued", { format: "date" }),
      }),
    ),
  }),
  Activity: object({
    ...propertiesOf(TABLES.activity, ["seq", "at", "actor", "type", "stream_kind", "stream", "version"]),
    event_id: text("the event's id", { format: "uuid" }),
    actor_name: nullable(text("the user's current name; null for the server itself")),
  }),
  Change: {
    type: "object",
    description: "The last state of a record: the columns of its table by name, with its parts nested.",
    properties: {
      type: { type: "string", enum: ["upsert", "delete"] },
      collection: { type: "string", enum: Object.values(COLLECTIONS).map(({ name }) => name) },
      mongoId: text("the record's number, as text"),
    },
    required: ["type", "collection", "mongoId"],
    additionalProperties: true,
  },
  Pulled: object({
    success: { type: "boolean" },
    serverTime: text("the `since` of the next request", { format: "date-time" }),
    changes: arrayOf(reference("Change")),
    count: whole("number of changes in this response"),
    hasMore: { type: "boolean", description: "true if there are more: request them immediately" },
  }),
  Event: object({
    seq: whole("sequence in the log"),
    id: text("UUIDv7", { format: "uuid" }),
    stream: whole("sequence of the stream's first event"),
    version: whole("number in the stream"),
    type: text("event type"),
    schema: whole("schema version of `data`"),
    at: whole("server clock, ms since 1970 UTC"),
    actor: whole("the user; 0 for the server itself"),
    data: { type: "object", description: "the fact, with its fields by name" },
  }),
};
