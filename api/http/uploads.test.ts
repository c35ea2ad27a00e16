import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type TestContext, test } from "node:test";
import { limitUploads, longestUploadMs, MIN_BYTES } from "./uploads.ts";

const USUAL_MS = 60_000;
const HALF_MS = USUAL_MS / 2;

/** A request whose body arrives as the test says, and the time at which it was found too slow, ms; null if it was not. */
function startUpload(t: TestContext, user: string | null, headers: Record<string, string> = { "content-length": "9" }) {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const socket = { bytesRead: 500, destroyed: false };
  const request = Object.assign(new EventEmitter(), { headers, socket, complete: false });
  const upload = { request, slowAtMs: null as number | null, passed: 0 };
  let nowMs = 0;
  const onSlow = () => {
    upload.slowAtMs = nowMs;
  };
  const onRequest = () => {
    upload.passed++;
  };
  const listener = limitUploads(onRequest, { usualMs: USUAL_MS, userOf: () => user, onSlow });
  listener(request as unknown as IncomingMessage, {} as ServerResponse);
  const receive = (bytes: number) => {
    socket.bytesRead += bytes;
    nowMs += HALF_MS;
    t.mock.timers.tick(HALF_MS);
  };
  return { upload, request, receive };
}

test("limitUploads() gives a user's body more time while each half minute brings enough", (t) => {
  const { upload, receive } = startUpload(t, "olive");
  receive(0);
  for (let n = 0; n < 20; n++) receive(MIN_BYTES);
  assert.deepEqual([upload.slowAtMs, upload.passed], [null, 1]);
  receive(MIN_BYTES - 1);
  assert.equal(upload.slowAtMs, 22 * HALF_MS);
});

test("limitUploads() ends a body with a few bytes after the usual time", (t) => {
  const { upload, receive } = startUpload(t, "olive");
  receive(10 * MIN_BYTES); // what came early does not count later
  assert.equal(upload.slowAtMs, null);
  receive(1);
  assert.equal(upload.slowAtMs, USUAL_MS);
});

test("limitUploads() gives nobody but users more than the usual time", (t) => {
  const { upload, receive } = startUpload(t, null, { "transfer-encoding": "chunked" });
  receive(10 * MIN_BYTES);
  receive(10 * MIN_BYTES);
  assert.equal(upload.slowAtMs, USUAL_MS);
});

test("limitUploads() watches no request without a body, and none that is complete or gone", (t) => {
  for (const end of ["none", "complete", "destroyed", "close"]) {
    const { upload, request, receive } = startUpload(t, null, end === "none" ? {} : { "content-length": "9" });
    receive(1);
    if (end === "complete") request.complete = true;
    if (end === "destroyed") request.socket.destroyed = true;
    if (end === "close") request.emit("close");
    for (let n = 0; n < 5; n++) receive(0);
    assert.equal(upload.slowAtMs, null, end);
    t.mock.timers.reset();
  }
});

test("longestUploadMs() is the time of the largest body at the least pace", () => {
  assert.equal(longestUploadMs(32 * MIN_BYTES, USUAL_MS), 17 * USUAL_MS);
  assert.equal(longestUploadMs(32 * MIN_BYTES + 1, USUAL_MS), 17 * USUAL_MS + HALF_MS);
});
