// The service worker: opens the app's shell offline. It caches what is the same for everybody (the
// page, its bundles, texts) and never handles API responses. A new release has other file names, so
// this file changes with it and the browser installs the new one.

interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
}

const SHELL = "tanya-shell";
const PAGE = "/app";
/** A network this slow counts as offline, if there is something to show. */
const PATIENCE = 4_000;
const scope = self as unknown as Scope;

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(forgetOld()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate" && pathname === PAGE) event.respondWith(page(request));
  else if (pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (pathname.startsWith("/texts/")) event.respondWith(freshOrKept(request, pathname));
});

async function install(): Promise<void> {
  const shell = await caches.open(SHELL);
  const missing: string[] = [];
  for (const url of SHELL_FILES) if (!(await shell.match(url))) missing.push(url);
  await shell.addAll([...missing, PAGE]);
}

/** Runs once no page of the old release is open any more. */
async function forgetOld(): Promise<void> {
  const shell = await caches.open(SHELL);
  for (const { url } of await shell.keys()) {
    const { pathname } = new URL(url);
    if (pathname.startsWith("/static/") && !SHELL_FILES.includes(pathname)) await shell.delete(url);
  }
}

/** The page's address contains a launch, which must not be stored, so the key is its path. */
const page = (request: Request): Promise<Response> => freshOrKept(request, PAGE);

async function freshOrKept(request: Request, name: string): Promise<Response> {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(name);
  const fresh = fetch(request).then(async (response) => {
    if (response.ok) await shell.put(name, withoutAddress(response.clone()));
    return response;
  });
  if (!kept) return fresh;
  fresh.catch(() => undefined);
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  // A server that is restarting counts as offline.
  const good = fresh.then((response) => (response.status < 500 ? response : kept));
  return Promise.race([good, late]).catch(() => kept);
}

const withoutAddress = ({ body, headers }: Response): Response => new Response(body, { headers });

/** Files are named by their content, so cached ones are always current. */
async function file(request: Request): Promise<Response> {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await shell.put(request, response.clone());
  return response;
}
