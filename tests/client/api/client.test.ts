// Requests: sessions, errors, limits of time. A fake server stands behind `fetch`.
import "../dom.ts";
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { ApiError, createApi, uuid7 } from "../../../webapp/src/api/index.ts";
import { setBoot } from "../../../webapp/src/i18n/index.ts";

interface Seen {
  method: string;
  path: string;
  token: string | null;
  body: unknown;
}

/** Opens sessions with growing numbers, and answers the rest as told. */
function server(answer: (seen: Seen, signal: AbortSignal) => Response | Promise<Response>) {
  const seen: Seen[] = [];
  let sessions = 0;
  const fetch = (async (input: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    const request: Seen = {
      method: init.method ?? "GET",
      path: input,
      token: headers.get("authorization"),
      body: init.body ? JSON.parse(String(init.body)) : undefined,
    };
    seen.push(request);
    if (input === "/api/session" && request.method === "POST") {
      return Response.json(
        { token: `s${++sessions}`, expiresAt: "", user: { id: 1 } },
        { status: 201 },
      );
    }
    return answer(request, init.signal!);
  }) as typeof globalThis.fetch;
  return { api: createApi({ initData: "signed", fetch }), seen };
}

const problem = (status: number, body: object, headers = {}) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", ...headers },
  });

const code = (wanted: string) => (error: unknown) =>
  error instanceof ApiError && error.code === wanted;

beforeEach(() =>
  setBoot({
    language: "en",
    dir: "ltr",
    version: "1",
    messages: { "error.timeout.title": "Too slow" },
  }),
);

test("the first call opens one session, and calls at once share it", async () => {
  const { api, seen } = server(() => Response.json({ items: [] }));
  await Promise.all([
    api.models(),
    api.me(),
    api.conversations({ limit: 5, cursor: null, q: "a b" }),
  ]);
  assert.equal(seen.filter(({ path }) => path === "/api/session").length, 1);
  assert.deepEqual(seen[0]?.body, { initData: "signed" });
  assert.ok(seen.slice(1).every(({ token }) => token === "Bearer s1"));
  assert.ok(seen.some(({ path }) => path === "/api/conversations?limit=5&q=a+b"));
});

test("a token that the server renews is used from then on", async () => {
  const { api, seen } = server(() =>
    Response.json({}, { headers: { "X-Session-Token": "renewed" } }),
  );
  await api.me();
  await api.me();
  assert.equal(seen.at(-1)?.token, "Bearer renewed");
});

test("a session that has ended is replaced once, and the call sent again", async () => {
  const { api, seen } = server(({ token }) =>
    token === "Bearer s1" ? problem(401, { code: "session_expired" }) : Response.json({ ok: 1 }),
  );
  assert.deepEqual(await api.me(), { ok: 1 });
  assert.deepEqual(
    seen.map(({ path }) => path),
    ["/api/session", "/api/me", "/api/session", "/api/me"],
  );
});

test("calls that find the session ended together open one new one", async () => {
  const ended = server(({ token }) =>
    token === "Bearer s1" ? problem(401, { code: "session_expired" }) : Response.json({}),
  );
  await ended.api.openSession();
  await Promise.all([ended.api.me(), ended.api.models(), ended.api.conversations()]);
  assert.equal(ended.seen.filter(({ path }) => path === "/api/session").length, 2);
});

test("who is refused twice learns why", async () => {
  const { api, seen } = server(() => problem(401, { code: "session_revoked", title: "Ended" }));
  await assert.rejects(api.me(), code("session_revoked"));
  assert.equal(seen.length, 4);
});

test("problem details become one error, with what it says", async () => {
  const body = {
    code: "quota_exhausted",
    title: "Enough",
    detail: "for today",
    retryAfter: 60,
    renewsAt: "x",
  };
  const { api } = server(() => problem(402, body));
  await assert.rejects(api.me(), (error: ApiError) => {
    assert.deepEqual(
      [error.code, error.status, error.title, error.detail, error.retryAfter, error.temporary],
      ["quota_exhausted", 402, "Enough", "for today", 60, false],
    );
    assert.equal(error.details.renewsAt, "x");
    return true;
  });
});

test("an answer that is no problem document still has a code and its Retry-After", async () => {
  const { api } = server(
    () => new Response("<html>", { status: 502, headers: { "Retry-After": "3" } }),
  );
  await assert.rejects(
    api.me(),
    (error: ApiError) => error.code === "http_502" && error.retryAfter === 3 && error.temporary,
  );
});

test("JSON that is none is garbled; no network is no network", async () => {
  await assert.rejects(server(() => new Response("{")).api.me(), code("garbled"));
  await assert.rejects(
    server(() => Promise.reject(new TypeError("fetch"))).api.me(),
    code("network"),
  );
});

test("offline is told from a server that cannot be reached", async () => {
  Object.defineProperty(navigator, "onLine", { value: false, configurable: true });
  try {
    await assert.rejects(
      server(() => Promise.reject(new TypeError("fetch"))).api.me(),
      code("offline"),
    );
  } finally {
    Object.defineProperty(navigator, "onLine", { value: true, configurable: true });
  }
});

test("the caller's abort is passed on as it is", async () => {
  const { api } = server(
    (_, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason as Error)),
      ),
  );
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 5);
  await assert.rejects(api.me(abort.signal), { name: "AbortError" });
});

test("a send is a POST whose response is the stream itself", async () => {
  const { api, seen } = server(() => new Response("id: 1\ndata: {}\n\n"));
  const response = await api.sendMessage("c1", {
    id: "m1",
    parentId: null,
    text: "hi",
    create: true,
  });
  assert.equal(await response.text(), "id: 1\ndata: {}\n\n");
  assert.deepEqual(seen.at(-1), {
    method: "POST",
    path: "/api/conversations/c1/messages",
    token: "Bearer s1",
    body: { id: "m1", parentId: null, text: "hi", create: true },
  });
});

test("204 is nothing, and no cookie is ever sent", async () => {
  let credentials: string | undefined;
  const api = createApi({
    initData: "x",
    fetch: (async (path: string, init: RequestInit) => {
      credentials = init.credentials;
      return path === "/api/session"
        ? Response.json({ token: "s" })
        : new Response(null, { status: 204 });
    }) as typeof globalThis.fetch,
  });
  assert.equal(await api.stopRun("r"), undefined);
  assert.equal(credentials, "omit");
});

test("a file travels as a form, and comes back as what it is", async () => {
  let sent: BodyInit | null | undefined;
  let type: string | null = "";
  const api = createApi({
    initData: "x",
    fetch: (async (path: string, init: RequestInit) => {
      if (path === "/api/session") return Response.json({ token: "s" });
      if (init.method === "GET") return new Response("content");
      sent = init.body;
      type = new Headers(init.headers).get("content-type");
      return Response.json({ id: "f1" }, { status: 201 });
    }) as typeof globalThis.fetch,
  });
  assert.equal((await api.uploadFile(new Blob(["content"]), "a.txt")).id, "f1");
  assert.ok(sent instanceof FormData && type === null);
  assert.equal((sent.get("file") as File).name, "a.txt");
  assert.equal(await (await api.file("f1")).text(), "content");
});

test("ids are UUIDv7: of the right version, in the order of time, and all different", () => {
  const ids = Array.from({ length: 200 }, (_, i) => uuid7(1_700_000_000_000 + i));
  for (const id of ids)
    assert.match(id, /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.deepEqual([...ids].sort(), ids);
  assert.equal(parseInt(ids[0]!.replace("-", "").slice(0, 12), 16), 1_700_000_000_000);
});
