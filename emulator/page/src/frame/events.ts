// Every event that a client sends to an app, with its data. Source:
// core.telegram.org/api/bots/webapps ("Incoming events") and TDesktop's names.
import type { Insets } from "./insets.ts";
import type { ThemeParams } from "./themes.ts";

interface Request {
  req_id: string;
}

type Nothing = undefined;
interface Vector {
  x: number;
  y: number;
  z: number;
}

export interface BiometryInfo {
  available: boolean;
  type?: "finger" | "face";
  access_requested?: boolean;
  access_granted?: boolean;
  token_saved?: boolean;
  device_id?: string;
}

export interface LocationData {
  available: boolean;
  latitude?: number;
  longitude?: number;
  altitude?: number | null;
  course?: number | null;
  speed?: number | null;
  horizontal_accuracy?: number | null;
  vertical_accuracy?: number | null;
  course_accuracy?: number | null;
  speed_accuracy?: number | null;
}

export interface Events {
  theme_changed: { theme_params: ThemeParams };
  viewport_changed: {
    height: number;
    width: number;
    is_expanded: boolean;
    is_state_stable: boolean;
  };
  safe_area_changed: Insets;
  content_safe_area_changed: Insets;
  visibility_changed: { is_visible: boolean };
  fullscreen_changed: { is_fullscreen: boolean };
  fullscreen_failed: { error: "UNSUPPORTED" | "ALREADY_FULLSCREEN" };
  main_button_pressed: Nothing;
  secondary_button_pressed: Nothing;
  back_button_pressed: Nothing;
  settings_button_pressed: Nothing;
  invoice_closed: { slug: string; status: "paid" | "cancelled" | "failed" | "pending" };
  popup_closed: { button_id?: string };
  qr_text_received: { data: string };
  scan_qr_popup_closed: Nothing;
  clipboard_text_received: Request & { data?: string };
  write_access_requested: { status: "allowed" | "cancelled" };
  phone_requested: { status: "sent" | "cancelled" };
  custom_method_invoked: Request & { result?: unknown; error?: string };
  biometry_info_received: BiometryInfo;
  biometry_auth_requested: { status: "authorized" | "failed"; token?: string };
  biometry_token_updated: { status: "updated" | "removed" | "failed" };
  home_screen_added: Nothing;
  home_screen_failed: { error: "UNSUPPORTED" };
  home_screen_checked: { status: "unsupported" | "unknown" | "added" | "missed" };
  prepared_message_sent: Nothing;
  prepared_message_failed: { error: string };
  requested_chat_sent: Request;
  requested_chat_failed: Request & { error: string };
  emoji_status_set: Nothing;
  emoji_status_failed: { error: string };
  emoji_status_access_requested: { status: "allowed" | "cancelled" };
  file_download_requested: { status: "downloading" | "cancelled" };
  location_checked: { available: boolean; access_requested?: boolean; access_granted?: boolean };
  location_requested: LocationData;
  accelerometer_started: Nothing;
  accelerometer_stopped: Nothing;
  accelerometer_changed: Vector;
  accelerometer_failed: { error: "UNSUPPORTED" };
  gyroscope_started: Nothing;
  gyroscope_stopped: Nothing;
  gyroscope_changed: Vector;
  gyroscope_failed: { error: "UNSUPPORTED" };
  device_orientation_started: Nothing;
  device_orientation_stopped: Nothing;
  device_orientation_changed: { absolute: boolean; alpha: number; beta: number; gamma: number };
  device_orientation_failed: { error: "UNSUPPORTED" };
  device_storage_key_saved: Request;
  device_storage_key_received: Request & { value: string | null };
  device_storage_cleared: Request;
  device_storage_failed: Request & { error: string };
  secure_storage_key_saved: Request;
  secure_storage_key_received: Request & { value: string | null; can_restore?: boolean };
  secure_storage_key_restored: Request & { value: string | null };
  secure_storage_cleared: Request;
  secure_storage_failed: Request & { error: string };
  set_custom_style: string;
  reload_iframe: Nothing;
}

export type EventName = keyof Events;

/** Events that no handler sends, with the reason; the compiler checks handlers against it. */
export const NEVER_SENT = {
  // None: every event is sent by some handler.
} as const satisfies Partial<Record<EventName, string>>;

export type SentEvent = Exclude<EventName, keyof typeof NEVER_SENT>;

/** The versions of events that are sent without a request: an older client never sends them. */
export const UNASKED_SINCE: Partial<Record<EventName, string>> = {
  safe_area_changed: "8.0",
  content_safe_area_changed: "8.0",
  visibility_changed: "8.0",
  fullscreen_changed: "8.0",
};
