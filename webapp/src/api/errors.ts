// One error class for all failures of a request. The server sends RFC 9457 problem details in the
// reader's language; failures that did not reach it are worded here.

import { t } from "../i18n/index.ts";

/** Codes of failures outside the server. */
export type LocalCode = "offline" | "network" | "timeout" | "garbled";

interface Problem {
  code?: string;
  title?: string;
  detail?: string;
  retryAfter?: number;
}

export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    /** Stable, snake_case. */
    readonly code: string,
    /** The HTTP status; 0 when there was no answer. */
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    /** Seconds to wait before trying again makes sense. */
    readonly retryAfter?: number,
    /** The problem's other members, such as the field that was wrong. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(`${code}: ${title}`);
  }

  /** Whether the same request may well succeed a little later. */
  get temporary(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

// Written out, so that the build finds the texts that are needed offline.
const WORDING: Readonly<Record<LocalCode, string>> = {
  offline: "error.offline",
  network: "error.network",
  timeout: "error.timeout",
  garbled: "error.garbled",
};

export function localError(code: LocalCode): ApiError {
  const key = WORDING[code];
  return new ApiError(code, 0, t(`${key}.title`), t(`${key}.detail`));
}

/** The error of a failed response. */
export async function errorFrom(response: Response): Promise<ApiError> {
  const header = Number(response.headers.get("retry-after")) || undefined;
  let problem: Problem = {};
  try {
    problem = Object((await response.json()) as unknown) as Problem;
  } catch {
    // A proxy's page, or no body: only the status is known.
  }
  const { code, title, detail, retryAfter = header } = problem;
  const fallback = localError("garbled");
  return new ApiError(
    code ?? `http_${response.status}`,
    response.status,
    title ?? fallback.title,
    detail ?? fallback.detail,
    retryAfter,
    problem as Record<string, unknown>,
  );
}

/** Converts a thrown value: an abort is kept, everything else becomes an ApiError. */
export function errorOf(thrown: unknown): unknown {
  if (thrown instanceof ApiError) return thrown;
  const name = (thrown as { name?: string } | null)?.name;
  if (name === "AbortError") return thrown;
  if (name === "TimeoutError") return localError("timeout");
  return localError(navigator.onLine === false ? "offline" : "network");
}
