// Every method that an app can send to its client: the Bot API version that introduced it, and
// fields that came later. Sources: core.telegram.org/api/web-events, the official script and
// core.telegram.org/bots/webapps (its change log has the versions).
import type { Version } from "./versions.ts";

export interface MethodSpec {
  since: Version;
  /** Fields newer than the method: an older client ignores them. */
  fields?: Record<string, Version>;
  /** Sent without the `web_app_` prefix, by apps in an iframe only. */
  frameOnly?: true;
  /** The reason why it is always refused, as a client may. */
  refused?: string;
}

const BOTTOM_BUTTON = { has_shine_effect: "7.10", icon_custom_emoji_id: "9.5" } as const;

export const METHODS = {
  iframe_ready: { since: "6.0", frameOnly: true },
  iframe_will_reload: { since: "6.0", frameOnly: true },
  web_app_close: { since: "6.0", fields: { return_back: "7.6" } },
  web_app_data_send: { since: "6.0" },
  web_app_expand: { since: "6.0" },
  web_app_open_link: { since: "6.0", fields: { try_instant_view: "6.4", try_browser: "7.6" } },
  web_app_ready: { since: "6.0" },
  web_app_request_theme: { since: "6.0" },
  web_app_request_viewport: { since: "6.0" },
  web_app_setup_main_button: { since: "6.0", fields: BOTTOM_BUTTON },
  web_app_setup_closing_behavior: { since: "6.0" },
  web_app_open_tg_link: { since: "6.1" },
  web_app_open_invoice: { since: "6.1" },
  web_app_setup_back_button: { since: "6.1" },
  web_app_set_background_color: { since: "6.1" },
  web_app_set_header_color: { since: "6.1", fields: { color: "6.9" } },
  web_app_trigger_haptic_feedback: { since: "6.1" },
  web_app_open_popup: { since: "6.2" },
  web_app_open_scan_qr_popup: { since: "6.4" },
  web_app_close_scan_qr_popup: { since: "6.4" },
  web_app_read_text_from_clipboard: { since: "6.4" },
  web_app_switch_inline_query: { since: "6.7" },
  web_app_invoke_custom_method: { since: "6.9" },
  web_app_request_write_access: { since: "6.9" },
  web_app_request_phone: { since: "6.9" },
  web_app_setup_settings_button: { since: "6.10" },
  web_app_biometry_get_info: { since: "7.2" },
  web_app_biometry_request_access: { since: "7.2" },
  web_app_biometry_request_auth: { since: "7.2" },
  web_app_biometry_update_token: { since: "7.2" },
  web_app_biometry_open_settings: { since: "7.2" },
  web_app_setup_swipe_behavior: { since: "7.7" },
  web_app_share_to_story: { since: "7.8" },
  web_app_setup_secondary_button: { since: "7.10", fields: BOTTOM_BUTTON },
  web_app_set_bottom_bar_color: { since: "7.10" },
  web_app_request_safe_area: { since: "8.0" },
  web_app_request_content_safe_area: { since: "8.0" },
  web_app_request_fullscreen: { since: "8.0" },
  web_app_exit_fullscreen: { since: "8.0" },
  web_app_set_emoji_status: { since: "8.0" },
  web_app_request_emoji_status_access: { since: "8.0" },
  web_app_add_to_home_screen: { since: "8.0" },
  web_app_check_home_screen: { since: "8.0" },
  web_app_check_location: { since: "8.0" },
  web_app_request_location: { since: "8.0" },
  web_app_open_location_settings: { since: "8.0" },
  web_app_request_file_download: { since: "8.0" },
  web_app_send_prepared_message: { since: "8.0" },
  web_app_start_accelerometer: { since: "8.0" },
  web_app_stop_accelerometer: { since: "8.0" },
  web_app_start_gyroscope: { since: "8.0" },
  web_app_stop_gyroscope: { since: "8.0" },
  web_app_start_device_orientation: { since: "8.0" },
  web_app_stop_device_orientation: { since: "8.0" },
  web_app_toggle_orientation_lock: { since: "8.0" },
  web_app_device_storage_save_key: { since: "9.0" },
  web_app_device_storage_get_key: { since: "9.0" },
  web_app_device_storage_clear: { since: "9.0" },
  web_app_secure_storage_save_key: { since: "9.0" },
  web_app_secure_storage_get_key: { since: "9.0" },
  web_app_secure_storage_restore_key: { since: "9.0" },
  web_app_secure_storage_clear: { since: "9.0" },
  web_app_hide_keyboard: { since: "9.1" },
  // Its version is not documented; the page has it since mid-2025.
  web_app_verify_age: { since: "9.1", refused: "only the age verification bot may ask" },
  web_app_request_chat: { since: "9.6" },
} as const satisfies Record<string, MethodSpec>;

/** Methods of pages that are no Mini Apps (games, payment forms): ignored, and named in the log. */
export const NOT_PLAYED = {
  game_loaded: "games",
  game_over: "games",
  payment_form_submit: "payment providers' forms",
  resize_frame: "embedded widgets",
  share_game: "games",
  share_score: "games",
} as const;

/** The log's note about a method that was not carried out. */
export function whyIgnored({ name, needs }: { name: string; needs?: string }): string {
  if (needs) return `needs Bot API ${needs}`;
  const part: string | undefined = (NOT_PLAYED as Record<string, string>)[name];
  return part ? `not played: ${part}` : "unknown method";
}

export type MethodName = keyof typeof METHODS;

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(METHODS, name);
}
