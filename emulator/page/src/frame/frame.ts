// What handlers can use: the session, sending events, asking the person, closing the app.
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
  /** In milliseconds, for the rules about how soon after a touch. */
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

/** A call had no effect; the log says why. The app is only told if the protocol says so. */
export class Refused extends Error {}

export function refuse(why: string): never {
  throw new Refused(why);
}

export type Handler = (frame: Frame, data: Fields) => void | Promise<void>;
/** The handler of a method that is always refused. */
export type Refusing = (frame: Frame, data: Fields) => never;
