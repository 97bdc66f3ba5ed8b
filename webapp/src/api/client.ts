// Requests to our own server: authentication, timeouts, and session renewal. The token is in memory
// only; Telegram's init data is exchanged for a new one.

import { ApiError, errorFrom, errorOf, localError } from "./errors.ts";
import type { Session } from "./types.ts";

export interface ClientOptions {
  /** Telegram's signed launch string; empty when there is none. */
  initData: string;
  /** Called with every new session. */
  onSession?: (session: Session) => void;
  fetch?: typeof fetch;
}

export interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, instead of `body`. */
  form?: FormData;
  query?: Readonly<Record<string, string | number | undefined | null>>;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  /** In place of `fetch`. */
  fetch?: typeof fetch | undefined;
  /** Milliseconds within which the response's headers must arrive (and its body, if it is JSON). */
  timeout?: number;
}

const TIMEOUT = 15_000;

export class Client {
  private token = "";
  private opening: Promise<Session> | undefined;
  private readonly fetch: typeof fetch;

  constructor(private readonly options: ClientOptions) {
    this.fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /** Opens a session; calls while one is being opened share it. Rejects with `ApiError`. */
  openSession(): Promise<Session> {
    this.opening ??= this.exchange().finally(() => (this.opening = undefined));
    return this.opening;
  }

  /** The JSON that a path returns (undefined for 204). Rejects with `ApiError` or an abort. */
  async json<T>(path: string, call: Call = {}): Promise<T> {
    const within = limit(call.signal, call.timeout ?? TIMEOUT);
    try {
      const response = await this.authorized(path, call, within.signal);
      return (response.status === 204 ? undefined : await response.json()) as T;
    } catch (thrown) {
      throw within.signal.aborted
        ? errorOf(within.signal.reason)
        : thrown instanceof SyntaxError
          ? localError("garbled")
          : errorOf(thrown);
    } finally {
      within.done();
    }
  }

  /** The open response of a stream; the timeout covers only its headers. Rejects like `json`. */
  async stream(path: string, call: Call = {}): Promise<Response> {
    const within = limit(call.signal, call.timeout ?? TIMEOUT);
    try {
      return await this.authorized(path, call, within.signal);
    } catch (thrown) {
      throw errorOf(within.signal.aborted ? within.signal.reason : thrown);
    } finally {
      within.headArrived();
    }
  }

  private async exchange(): Promise<Session> {
    const within = limit(undefined, TIMEOUT);
    this.token = "";
    try {
      const body = { initData: this.options.initData };
      const response = await this.send("/api/session", { method: "POST", body }, within.signal);
      if (!response.ok) throw await errorFrom(response);
      const session = (await response.json()) as Session;
      this.token = session.token;
      this.options.onSession?.(session);
      return session;
    } catch (thrown) {
      throw errorOf(within.signal.aborted ? within.signal.reason : thrown);
    } finally {
      within.done();
    }
  }

  /** Sends with the token; a session that has ended is replaced, once. */
  private async authorized(path: string, call: Call, signal: AbortSignal): Promise<Response> {
    if (!this.token) await this.openSession();
    const used = this.token;
    let response = await this.send(path, call, signal);
    if (response.status === 401) {
      // Another call may have replaced the session meanwhile, or be about to.
      if (this.token === used || this.opening) await this.openSession();
      response = await this.send(path, call, signal);
    }
    if (!response.ok) throw await errorFrom(response);
    return response;
  }

  private async send(path: string, call: Call, signal: AbortSignal): Promise<Response> {
    const { method = "GET", body, form, query, headers } = call;
    const response = await (call.fetch ?? this.fetch)(path + queryString(query), {
      method,
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
      body: body === undefined ? (form ?? null) : JSON.stringify(body),
      credentials: "omit",
      cache: "no-store",
      signal,
    });
    const renewed = response.headers.get("x-session-token");
    if (renewed) this.token = renewed;
    return response;
  }
}

function queryString(query: Call["query"] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}

/** A signal that fires with `outer` or after `ms`; `AbortSignal.any` is too new for old phones. */
function limit(outer: AbortSignal | undefined, ms: number) {
  const inner = new AbortController();
  const abort = () => inner.abort(outer?.reason);
  const timer = setTimeout(() => inner.abort(new DOMException("Timed out", "TimeoutError")), ms);
  if (outer?.aborted) abort();
  else outer?.addEventListener("abort", abort);
  return {
    signal: inner.signal,
    /** Stops the timeout; the caller's own signal still counts. */
    headArrived: () => clearTimeout(timer),
    done: () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", abort);
    },
  };
}

export { ApiError };
