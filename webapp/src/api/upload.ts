// Sends a body and reports progress. `fetch` cannot do that, so this is an XMLHttpRequest with the
// same interface.

/** Like `fetch`, but calls `tell` with the share that was sent, from 0 to 1. */
export function fetchTelling(tell: (share: number) => void): typeof fetch | undefined {
  if (!("XMLHttpRequest" in globalThis)) return undefined;
  return (input, init = {}) =>
    new Promise((resolve, reject) => {
      const { method = "GET", headers = {}, body, signal } = init;
      const request = new XMLHttpRequest();
      request.open(method, String(input));
      for (const [name, value] of new Headers(headers)) request.setRequestHeader(name, value);
      request.upload.addEventListener("progress", ({ lengthComputable, loaded, total }) => {
        if (lengthComputable && total) tell(loaded / total);
      });
      request.addEventListener("load", () => resolve(responseOf(request)));
      request.addEventListener("error", () => reject(new TypeError("network")));
      const abort = (): void => {
        request.abort();
        reject(signal?.reason as Error);
      };
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort, { once: true });
      request.send(body as XMLHttpRequestBodyInit | null);
    });
}

function responseOf(request: XMLHttpRequest): Response {
  const lines = request.getAllResponseHeaders().trim().split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(":");
    return [line.slice(0, at), line.slice(at + 1).trim()];
  });
  const { status } = request;
  // A response of these statuses may have no body, not even an empty one.
  const body = [204, 205, 304].includes(status) ? null : request.responseText;
  return new Response(body, { status, headers });
}
