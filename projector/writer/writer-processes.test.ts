import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { describe } from "node:test";
import { temporaryFolder } from "../../fixtures/data/temporary-folder.ts";
import { writerProcessTests } from "./writer-processes.suite.ts";

const folder = temporaryFolder();

describe("on the embedded log", () => {
  writerProcessTests({ folder, newAddress: async () => join(folder, `${randomUUID()}.sqlite`) });
});
