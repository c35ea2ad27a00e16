/** Passwords are stored as argon2id hashes (RFC 9106). The parameters stand beside each hash, so they can be raised. */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { HttpProblem } from "../http/problems.ts";

const derive = promisify(argon2);

/** Passwords hashed at the same time: the thread pool that hashes them has other work too. */
const MAX_RUNNING = 2;
/** Passwords that may wait to be hashed: about one second's worth. Further requests get 503 BUSY. */
const MAX_WAITING = 64;

let running = 0;
const waiting: (() => void)[] = [];

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const TAG_BYTES = 32;

/** Shortest and longest password, in characters (NIST SP 800-63B asks for 8 or more). */
export const PASSWORD_LENGTH = { min: 10, max: 200 } as const;

/** `argon2id$memory$passes$parallelism$salt$hash`, salt and hash in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await tagOf(password, salt, PARAMETERS);
  const { memory, passes, parallelism } = PARAMETERS;
  return ["argon2id", memory, passes, parallelism, salt.toString("base64url"), hash.toString("base64url")].join("$");
}

/** True if the password matches the stored hash. A wrong password takes as long as the right one. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [algorithm, memory, passes, parallelism, salt = "", hash = ""] = stored.split("$");
  if (algorithm !== "argon2id") throw new Error("the stored password hash is of an unknown kind");
  const expected = Buffer.from(hash, "base64url");
  const actual = await tagOf(password, Buffer.from(salt, "base64url"), {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  });
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

const placeholderHash = hashPassword("a password that nobody has");

/** Takes as long as `verifyPassword`, for an account that does not exist. @returns always false */
export async function verifyUnknownAccount(password: string): Promise<false> {
  await verifyPassword(password, await placeholderHash);
  return false;
}

async function tagOf(
  password: string,
  nonce: Buffer,
  parameters: { memory: number; passes: number; parallelism: number },
): Promise<Buffer> {
  const message = Buffer.from(password.normalize("NFKC"));
  await enter();
  try {
    return Buffer.from(await derive("argon2id", { message, nonce, tagLength: TAG_BYTES, ...parameters }));
  } finally {
    leave();
  }
}

/** @throws HttpProblem BUSY if too many are waiting */
async function enter(): Promise<void> {
  if (running < MAX_RUNNING) {
    running++;
    return;
  }
  if (waiting.length >= MAX_WAITING) throw new HttpProblem("BUSY", "too many users are logging in at once; try again");
  await new Promise<void>((resolve) => waiting.push(resolve));
}

function leave(): void {
  const next = waiting.shift();
  if (next) next();
  else running--;
}
