/** Passwords are stored as argon2id hashes (RFC 9106). The parameters stand beside each hash, so they can be raised. */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { PasswordQueue, type Place } from "./password-queue.ts";

const derive = promisify(argon2);

/**
 * Two at a time: the thread pool that hashes them has other work too. The 64 that may wait are about one second's worth;
 * further requests get 503 BUSY.
 */
const queue = new PasswordQueue({ maxRunning: 2, maxWaiting: 64 });

/** The place of work that nobody sent over the network. */
export const OWN_WORK: Place = { sender: "", account: "" };

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const TAG_BYTES = 32;

/** Shortest and longest password, in characters (NIST SP 800-63B asks for 8 or more). */
export const PASSWORD_LENGTH = { min: 10, max: 200 } as const;

/**
 * `argon2id$memory$passes$parallelism$salt$hash`, salt and hash in base64url.
 *
 * @throws HttpProblem BUSY
 */
export async function hashPassword(password: string, place: Place = OWN_WORK): Promise<string> {
  const salt = randomBytes(16);
  const hash = await tagOf(password, salt, { ...PARAMETERS, place });
  const { memory, passes, parallelism } = PARAMETERS;
  return ["argon2id", memory, passes, parallelism, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/**
 * True if the password matches the stored hash. A wrong password takes as long as the right one. It has no limits: only
 * password-checks.ts calls it.
 *
 * @throws HttpProblem BUSY
 */
export async function verifyPassword(password: string, stored: string, place: Place): Promise<boolean> {
  const [algorithm, memory, passes, parallelism, salt = "", hash = ""] = stored.split("$");
  if (algorithm !== "argon2id") throw new Error("the stored password hash is of an unknown kind");
  const expected = Buffer.from(hash, "base64url");
  const actual = await tagOf(password, Buffer.from(salt, "base64url"), {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    place,
  });
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

const placeholderHash = hashPassword("a password that nobody has");

/** Takes as long as `verifyPassword`, for an account that does not exist. @returns always false */
export async function verifyUnknownAccount(password: string, place: Place): Promise<false> {
  await verifyPassword(password, await placeholderHash, place);
  return false;
}

async function tagOf(
  password: string,
  nonce: Buffer,
  { place, ...parameters }: { memory: number; passes: number; parallelism: number; place: Place },
): Promise<Buffer> {
  const message = Buffer.from(password.normalize("NFKC"));
  return await queue.run(place, async () =>
    Buffer.from(await derive("argon2id", { message, nonce, tagLength: TAG_BYTES, ...parameters })),
  );
}
