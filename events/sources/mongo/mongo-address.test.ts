import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMongoAddress } from "./mongo-address.ts";
import { mongoClient } from "./mongo-client.ts";

const ID = "018cc251-f401-7000-8000-000000000001";

test("parseMongoAddress() splits an address into its parts", () => {
  assert.deepEqual(parseMongoAddress("mongodb://localhost/books"), {
    url: "mongodb://localhost/books",
    database: "books",
    log: null,
    name: "mongodb://localhost/books",
  });
  assert.deepEqual(parseMongoAddress(`mongodb://clerk:s3cr%40t@a:27017,b:27018/books?replicaSet=rs0&x=a@b#${ID}`), {
    url: "mongodb://clerk:s3cr%40t@a:27017,b:27018/books?replicaSet=rs0&x=a@b",
    database: "books",
    log: ID,
    name: `mongodb://a:27017,b:27018/books#${ID}`,
  });
  assert.equal(
    parseMongoAddress("mongodb+srv://u:p@cluster.example/books").name,
    "mongodb+srv://cluster.example/books",
  );
  assert.equal(parseMongoAddress("mongodb://[::1]:27017/books").name, "mongodb://[::1]:27017/books");
  assert.equal(parseMongoAddress(`mongodb://a/b#${ID.toUpperCase()}`).log, ID);
});

test("parseMongoAddress() refuses other addresses, and shows no password", () => {
  for (const address of [
    "mongodb://clerk:s3cret@localhost",
    "mongodb://clerk:s3cret@localhost/",
    "mongodb://clerk:s3cret@localhost/?w=1",
    "mongodb://clerk:s3cret@localhost/books#",
    "mongodb://clerk:s3cret@localhost/books#first",
    `mongodb://clerk:s3cret@localhost/books#${ID}0`,
    "mongodb://clerk:s3cret/@localhost/books",
    "mongodb://clerk:s3cret@/books",
    "mongodb://clerk:s3cret@local host/bo oks",
    "postgres://clerk:s3cret@localhost/books",
    "mongodb:",
    "",
  ])
    assert.throws(
      () => parseMongoAddress(address),
      ({ code, message }) => code === "NOT_A_LOG" && !message.includes("s3cret"),
      address,
    );
});

test("mongoClient() has time-outs, and options in the address override them", async () => {
  const { options } = mongoClient(parseMongoAddress("mongodb://localhost/books?serverSelectionTimeoutMS=77"));
  assert.equal(options.serverSelectionTimeoutMS, 77);
  assert.ok(options.socketTimeoutMS && options.connectTimeoutMS <= 10_000);
});

test("mongoClient() refuses options that the driver does not know", () => {
  assert.throws(() => mongoClient(parseMongoAddress("mongodb://u:s3cret@localhost/books?colour=red")), {
    code: "NOT_A_LOG",
    message: /^mongodb:\/\/localhost\/books: .*colour/,
  });
});
