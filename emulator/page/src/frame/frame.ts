// What handlers may do: read the session, send events, ask the person, and close the app.
import type { Events, SentEvent } from "./events.ts";
import type { Fields } from "./gate.ts";
import type { CustomInsets } from "./insets.ts";
import type { OneAtATime, PopupLimit, Touches } from "./limits.ts";
import type { Platform } from "./platforms.ts";
import type { Session } from "./session.ts";

export interface Frame {
  readonly session: Session;
  readonly platform: Platform;
  readonly touches: Touches;
  readonly popups: PopupLimit;
  readonly single: OneAtATime;
  /** Milliseconds, for the rules on how soon after a touch. */
  now(): number;
  send<E extends SentEvent>(
    event: E,
    ...data: Events[E] extends undefined ? [] : [Events[E]]
  ): void;
  sendTheme(): void;
  sendViewport(): void;
  insets(): CustomInsets;
  close(): void;
  /** Calls `stop` when the app closes or reloads. */
  onEnd(stop: () => void): void;
}

/** A call came to nothing; the log says why. The app hears of it only as the protocol says. */
export class Refused extends Error {}

export function refuse(why: string): never {
  throw new Refused(why);
}

export type Handler = (frame: Frame, data: Fields) => void | Promise<void>;
/** Of a method that is always refused. */
export type Refusing = (frame: Frame, data: Fields) => never;
