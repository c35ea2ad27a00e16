/** The API's responses to requests about accounts: what a client reads of them. */
import { z } from "zod";

/** The response to a login, a refresh and a one-time link. */
export const sessionReply = z.object({
  token: z.string().min(1),
  refreshToken: z.string().min(1),
  /** For `DEVICE_HEADER` of the next login. Absent in a refresh, and from servers of earlier releases. */
  device: z.string().max(200).optional(),
});

/** The header with which a device that has logged in before is known to the server. It is no login by itself. */
export const DEVICE_HEADER = "invoify-device";

/** The response to a logout and to a change of the password. */
export const doneReply = z.object({ ok: z.literal(true) });

const written = z.object({ seq: z.int().min(1), id: z.uuid(), stream: z.int().min(1), version: z.int().min(1) });

/** The response to the founding of an organization. */
export const foundedReply = z.object({ log: z.uuid(), organization: written, owner: written });
