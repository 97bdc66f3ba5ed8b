// The person, their access, and the network's state.
import type { AccountEvent } from "./events.ts";
import type { State } from "./model.ts";

export function reduceAccount(state: State, event: AccountEvent): State {
  switch (event.type) {
    case "session.ready":
      return {
        ...state,
        session: "ready",
        sessionFailure: null,
        delay: null,
        user: event.user,
        deviceEpoch: event.deviceEpoch,
      };
    case "session.failed":
      return { ...state, session: "failed", sessionFailure: event.failure };
    case "online.changed":
      return state.online === event.online ? state : { ...state, online: event.online };
    case "server.delayed":
      return state.delay === event.failure ? state : { ...state, delay: event.failure };
    case "me.loaded":
      return { ...state, me: event.me };
    case "models.loaded":
      return {
        ...state,
        models: event.models,
        defaultModelId: event.defaultId,
        paints: event.images ?? false,
        speech: event.speech ?? false,
        features: event.features ?? null,
      };
    case "plans.loaded":
      return { ...state, plans: event.plans };
    case "subscription.loaded":
      return { ...state, subscription: event.subscription };
  }
}
