// Parses server-sent events from bytes that arrive in arbitrary pieces (WHATWG HTML, "Interpreting
// an event stream"): a character or a line end may be split.

export interface SseEvent {
  /** The last id seen up to this event; "" if none. */
  readonly id: string;
  readonly data: string;
}

export class SseParser {
  private readonly decoder = new TextDecoder();
  private rest = "";
  private id = "";
  private data: string[] = [];

  /** The events that `chunk` completes. */
  push(chunk: Uint8Array): SseEvent[] {
    // The decoder drops a byte order mark, and keeps the start of a letter for the next call.
    const text = this.rest + this.decoder.decode(chunk, { stream: true });
    const events: SseEvent[] = [];
    let from = 0;
    for (;;) {
      const end = lineEnd(text, from);
      if (end < 0) break;
      this.line(text.slice(from, end), events);
      from = end + (text.startsWith("\r\n", end) ? 2 : 1);
    }
    this.rest = text.slice(from);
    return events;
  }

  private line(line: string, events: SseEvent[]): void {
    if (line === "") {
      if (this.data.length) events.push({ id: this.id, data: this.data.join("\n") });
      this.data = [];
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + (line[colon + 1] === " " ? 2 : 1));
    if (name === "data") this.data.push(value);
    else if (name === "id" && !value.includes("\0")) this.id = value;
  }
}

/** Where the next line ends, or -1 if that is not known yet. */
function lineEnd(text: string, from: number): number {
  const lf = text.indexOf("\n", from);
  const cr = text.indexOf("\r", from);
  if (cr < 0 || (lf >= 0 && lf < cr)) return lf;
  // The other half of this line end may still be on its way.
  return cr === text.length - 1 ? -1 : cr;
}
