import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { readTls } from "./tls-files.ts";

const SECRET = "m4q9ZtWc7Lx0RbPs2VhKeYdUaNgJfTi5";
const CERT = fileURLToPath(new URL("../../fixtures/tls/localhost.cert.pem", import.meta.url));
const KEY = fileURLToPath(new URL("../../fixtures/tls/localhost.key.pem", import.meta.url));
const folder = temporaryFolder();

const read = (env: Record<string, string> = {}) => readConfig({ INVOIFY_JWT_SECRET: SECRET, ...env });

/** The lines of the ConfigError; none if the configuration is valid. */
function problemsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message.split("\n");
  }
  return [];
}

test("readConfig() requires a secret and nothing else", () => {
  const config = read();
  assert.deepEqual(config, {
    host: "127.0.0.1",
    port: 8080,
    dataFolder: ".invoify/server",
    mongoUrl: null,
    jwtSecret: SECRET,
    metricsToken: null,
    signUp: false,
    trustedProxy: null,
    tls: null,
    corsOrigins: [],
    acceptedAhead: [],
    signingKey: null,
    signingKeyFile: null,
    witnesses: [],
  });
  assert.match(problemsOf({})[0] ?? "", /^INVOIFY_JWT_SECRET: missing/);
  assert.match(problemsOf({ INVOIFY_JWT_SECRET: "" })[0] ?? "", /^INVOIFY_JWT_SECRET: missing/);
});

test("readConfig() reads a signing key from one place only", () => {
  assert.equal(read({ INVOIFY_SIGNING_KEY_FILE: "/run/key.json" }).signingKeyFile, "/run/key.json");
  assert.equal(read({ INVOIFY_SIGNING_KEY: "{}", INVOIFY_SIGNING_KEY_FILE: "" }).signingKey, "{}");
  assert.throws(() => read({ INVOIFY_SIGNING_KEY: "{}", INVOIFY_SIGNING_KEY_FILE: "key.json" }), {
    message: /INVOIFY_SIGNING_KEY and INVOIFY_SIGNING_KEY_FILE: set only one/,
  });
});

test("readConfig() reads witnesses: an address and a verifier key each", () => {
  const vkey = "witness.example/w1+1a2b3c4d+BAECAwQ=";
  const witnessesOf = (text: string) => read({ INVOIFY_WITNESSES: text }).witnesses;
  assert.deepEqual(witnessesOf(`https://witness.example/a/ ${vkey},  http://127.0.0.1:7380 ${vkey}`), [
    { url: "https://witness.example/a", vkey },
    { url: "http://127.0.0.1:7380", vkey },
  ]);
  for (const text of [
    vkey,
    "https://witness.example",
    `http://witness.example ${vkey}`,
    `https://user:secret@witness.example ${vkey}`,
    `https://witness.example ${vkey} ${vkey}`,
    `https://witness.example ${vkey},`,
    "https://witness.example name+1234+AAAA",
  ])
    assert.match(
      problemsOf({ INVOIFY_JWT_SECRET: SECRET, INVOIFY_WITNESSES: text })[0] ?? "",
      /^INVOIFY_WITNESSES: /,
      text,
    );
});

test("readConfig() refuses a secret that could be guessed", () => {
  for (const secret of [
    "short",
    SECRET.slice(0, 31),
    "x".repeat(64),
    "abababab".repeat(8),
    "passwordpasswordpasswordpassword",
  ])
    assert.match(problemsOf({ INVOIFY_JWT_SECRET: secret })[0] ?? "", /^INVOIFY_JWT_SECRET: /, secret);
  assert.deepEqual(problemsOf({ INVOIFY_JWT_SECRET: SECRET }), []);
});

test("readConfig() names every wrong variable, and shows no secret", () => {
  const problems = problemsOf({
    INVOIFY_JWT_SECRET: "hunter2",
    INVOIFY_PORT: "65536",
    INVOIFY_SIGN_UP: "yes",
    MONGODB_URL: "postgres://u:hunter2@host/db",
    INVOIFY_TRUSTED_PROXY: "everybody",
    INVOIFY_CORS_ORIGINS: "*",
  });
  const names = problems.map((line) => line.split(":")[0]);
  assert.deepEqual(names.toSorted(), [
    "INVOIFY_CORS_ORIGINS",
    "INVOIFY_JWT_SECRET",
    "INVOIFY_PORT",
    "INVOIFY_SIGN_UP",
    "INVOIFY_TRUSTED_PROXY",
    "MONGODB_URL",
  ]);
  assert.ok(!problems.join().includes("hunter2"));
});

test("readConfig() says in plain words what a variable must be", () => {
  for (const port of ["abc", "65536", "-1", "80.5", "1e3", "0x50", " 80"])
    assert.deepEqual(problemsOf({ INVOIFY_JWT_SECRET: SECRET, INVOIFY_PORT: port }), [
      "INVOIFY_PORT: must be a whole number from 0 to 65535",
    ]);
  for (const port of [0, 80, 65_535]) assert.equal(read({ INVOIFY_PORT: String(port) }).port, port);
  assert.deepEqual(problemsOf({ INVOIFY_JWT_SECRET: SECRET, INVOIFY_SIGN_UP: "yes" }), [
    "INVOIFY_SIGN_UP: must be on or off",
  ]);
});

test("readConfig() accepts a host beyond loopback only with TLS or a trusted proxy", () => {
  for (const host of ["127.0.0.1", "::1", "localhost"]) assert.equal(read({ INVOIFY_HOST: host }).host, host);
  for (const host of ["0.0.0.0", "::", "10.0.0.1", "example.com", "127.0.0.1.example.com"]) {
    assert.match(problemsOf({ INVOIFY_JWT_SECRET: SECRET, INVOIFY_HOST: host })[0] ?? "", /^INVOIFY_HOST: .*loopback/);
    assert.equal(read({ INVOIFY_HOST: host, INVOIFY_TRUSTED_PROXY: "10.0.0.5" }).trustedProxy, "10.0.0.5");
    assert.ok(read({ INVOIFY_HOST: host, INVOIFY_TLS_CERT: CERT, INVOIFY_TLS_KEY: KEY }).tls);
  }
});

test("readConfig() accepts addresses and ranges of proxies, but never all addresses", () => {
  for (const proxy of ["127.0.0.1", "::1", "10.0.0.0/8", "fd00::/8", "loopback", "uniquelocal", "10.0.0.1, 10.0.0.2"])
    assert.equal(read({ INVOIFY_TRUSTED_PROXY: proxy }).trustedProxy, proxy);
  for (const proxy of [
    "true",
    "1",
    "*",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "proxy.example",
    "10.0.0.1,",
    ",",
  ])
    assert.match(
      problemsOf({ INVOIFY_JWT_SECRET: SECRET, INVOIFY_TRUSTED_PROXY: proxy })[0] ?? "",
      /^INVOIFY_TRUSTED_PROXY: /,
      proxy,
    );
});

test("readConfig() accepts origins in the form that browsers send", () => {
  const { corsOrigins } = read({ INVOIFY_CORS_ORIGINS: "https://a.example, http://localhost:5173" });
  assert.deepEqual(corsOrigins, ["https://a.example", "http://localhost:5173"]);
  for (const origins of ["*", "null", "https://a.example/", "https://*.example", "a.example", "https://A.example", ","])
    assert.match(
      problemsOf({ INVOIFY_JWT_SECRET: SECRET, INVOIFY_CORS_ORIGINS: origins })[0] ?? "",
      /^INVOIFY_CORS_ORIGINS: /,
      origins,
    );
});

test("readTls() reads a certificate and its key, and names what is wrong with them", () => {
  const write = (name: string, content: string) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  assert.match(readTls(CERT, KEY)?.cert ?? "", /BEGIN CERTIFICATE/);
  assert.equal(readTls(undefined, undefined), null);
  const wrong = (cert: string | undefined, key: string | undefined, message: RegExp, nowMs?: number) =>
    assert.throws(
      () => readTls(cert, key, nowMs),
      (error) => error instanceof ConfigError && message.test(error.message) && !error.message.includes("hunter2"),
    );
  wrong(CERT, undefined, /^INVOIFY_TLS_KEY: missing/);
  wrong(undefined, KEY, /^INVOIFY_TLS_CERT: missing/);
  wrong(join(folder, "none"), KEY, /^INVOIFY_TLS_CERT: .*ENOENT/);
  wrong(CERT, join(folder, "none"), /^INVOIFY_TLS_KEY: .*ENOENT/);
  wrong(write("not.pem", "hunter2"), KEY, /^INVOIFY_TLS_CERT: /);
  wrong(CERT, write("not-key.pem", "hunter2"), /^INVOIFY_TLS_KEY: /);
  wrong(CERT, write("other.pem", OTHER_KEY), /^INVOIFY_TLS_KEY: .*mismatch/);
  wrong(CERT, KEY, /^INVOIFY_TLS_CERT: .*expired on/, Date.UTC(2300, 0, 1));
});

/** A key that belongs to no certificate here. */
const OTHER_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgiPzqnKyMqh/rQcj7
SEGZFkxyCIfoMWguGNZ2WIFxEfqhRANCAAQeLzlES5N52wupvx3jySQCx762qfoJ
fjnLcQ/DqXn3JBQSPPk2siWi6DnqNvXwL1mIMRbxwhFyE96o/Em1JuYM
-----END PRIVATE KEY-----
`;
