// The three channels between an app and its Telegram client: a proxy object (Android, iOS, macOS),
// `external.notify` (old desktop), and postMessage to the embedding page (web clients).

import {
  type EventName,
  type Events,
  isAtLeast,
  type Method,
  type Methods,
  since,
} from "./protocol.ts";

interface TelegramWindow {
  TelegramWebviewProxy?: { postEvent(type: string, data: string): void };
  TelegramGameProxy?: object;
  TelegramGameProxy_receiveEvent?: Receive;
  Telegram?: object;
}
type Receive = (type: string, data: unknown) => void;
type Handler<E extends EventName> = (data: Events[E]) => void;

const handlers = new Map<string, Set<(data: never) => void>>();
let version = "";

/** Starts listening. `clientVersion`, from the launch, decides which methods may be called. */
export function connect(clientVersion: string): void {
  version = clientVersion;
  const native = window as unknown as TelegramWindow;
  native.Telegram = { ...native.Telegram, WebView: { receiveEvent: receive } };
  native.TelegramGameProxy = { receiveEvent: receive };
  native.TelegramGameProxy_receiveEvent = receive;
  window.addEventListener("message", (event) => {
    // Any page may post to a frame; only the one that embeds this app is Telegram.
    if (event.source !== window.parent || typeof event.data !== "string") return;
    try {
      const message = JSON.parse(event.data) as { eventType?: unknown; eventData?: unknown };
      if (typeof message?.eventType === "string") receive(message.eventType, message.eventData);
    } catch {
      // Not a message of this protocol.
    }
  });
}

const receive: Receive = (type, data) => {
  for (const handler of [...(handlers.get(type) ?? [])]) handler(data as never);
};

/** Calls `handler` at each `event` until the returned function is called. */
export function on<E extends EventName>(event: E, handler: Handler<E>): () => void {
  const set = handlers.get(event) ?? new Set();
  handlers.set(event, set.add(handler as (data: never) => void));
  return () => set.delete(handler as (data: never) => void);
}

export const isVersionAtLeast = (wanted: string): boolean =>
  !!version && isAtLeast(version, wanted);

/** Whether this client knows `method`; false for everything outside Telegram. */
export const supports = (method: Method): boolean => isVersionAtLeast(since(method));

type Params<M extends Method> = undefined extends Methods[M] ? [] : [params: Methods[M]];

/** Calls a method of the client; false (and nothing sent) if this client does not know it. */
export function post<M extends Method>(method: M, ...[params]: Params<M>): boolean {
  if (!supports(method)) return false;
  const { TelegramWebviewProxy } = window as unknown as TelegramWindow;
  const external = window.external as { notify?: (message: string) => void } | undefined;
  const data = params ?? "";
  const message = JSON.stringify({ eventType: method, eventData: data });
  if (TelegramWebviewProxy) TelegramWebviewProxy.postEvent(method, JSON.stringify(data));
  else if (typeof external?.notify === "function") external.notify(message);
  else if (window.parent !== window) window.parent.postMessage(message, "*");
  else return false;
  return true;
}

/** A method that this client does not know, or a request that it refused or left unanswered. */
export class BridgeError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

type Name = EventName | readonly EventName[];
type Data<N extends Name> = Events[N extends readonly (infer E extends EventName)[]
  ? E
  : N & EventName];

/** Calls `send` and waits for the first of `events` that `matches`. Rejects with `BridgeError`. */
export function answer<const N extends Name>(
  events: N,
  send: () => boolean,
  matches: (data: Data<N>) => boolean = () => true,
  timeout = 0,
): Promise<Data<N>> {
  return new Promise((resolve, reject) => {
    const names = (typeof events === "string" ? [events] : events) as readonly EventName[];
    const offs = names.map((name) =>
      on(name, (data) => {
        if (matches(data as Data<N>)) settle(() => resolve(data as Data<N>));
      }),
    );
    const timer = timeout
      ? setTimeout(() => settle(() => reject(new BridgeError("TIMEOUT"))), timeout)
      : 0;
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      for (const off of offs) off();
      finish();
    };
    if (!send()) settle(() => reject(new BridgeError("UNSUPPORTED")));
  });
}

let requests = 0;
type Requesting = { [M in Method]: Methods[M] extends { req_id: string } ? M : never }[Method];

/** Sends a numbered request and waits for its own answer; an `error` in it rejects. */
export async function request<M extends Requesting, const N extends Name>(
  method: M,
  params: Omit<Methods[M], "req_id">,
  events: N,
  timeout = 10_000,
): Promise<Data<N>> {
  const req_id = `${Date.now().toString(36)}-${++requests}`;
  const data = await answer(
    events,
    () => (post as (m: Method, p: object) => boolean)(method, { req_id, ...params }),
    (got) => (got as { req_id?: string } | undefined)?.req_id === req_id,
    timeout,
  );
  const { error } = data as { error?: string };
  if (error) throw new BridgeError(error);
  return data;
}
