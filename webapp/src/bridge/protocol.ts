// Telegram's web-app protocol as types: every method an app may call with the Bot API version
// that brought it, and every event a client may send.
// Source: core.telegram.org/api/web-events and core.telegram.org/api/bots/webapps.

type None = undefined;
interface Request {
  req_id: string;
}
export interface Insets {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export interface ButtonParams {
  is_visible: boolean;
  is_active?: boolean;
  is_progress_visible?: boolean;
  text?: string;
  color?: string;
  text_color?: string;
  has_shine_effect?: boolean;
  icon_custom_emoji_id?: string;
}

export type PopupButton =
  | { id: string; type: "default" | "destructive"; text: string }
  | { id: string; type: "ok" | "close" | "cancel" };

export type Haptic =
  | { type: "impact"; impact_style: "light" | "medium" | "heavy" | "rigid" | "soft" }
  | { type: "notification"; notification_type: "success" | "warning" | "error" }
  | { type: "selection_change" };

export type ColorChoice = { color_key: "bg_color" | "secondary_bg_color" } | { color: string };
interface Sensor {
  refresh_rate: number;
}

export interface Methods {
  iframe_ready: { reload_supported: boolean };
  iframe_will_reload: None;
  web_app_close: { return_back?: boolean };
  web_app_data_send: { data: string };
  web_app_expand: None;
  web_app_open_link: { url: string; try_instant_view?: boolean; try_browser?: string };
  web_app_ready: None;
  web_app_request_theme: None;
  web_app_request_viewport: None;
  web_app_setup_main_button: ButtonParams;
  web_app_setup_closing_behavior: { need_confirmation: boolean };
  web_app_open_tg_link: { path_full: string };
  web_app_open_invoice: { slug: string };
  web_app_setup_back_button: { is_visible: boolean };
  web_app_set_background_color: { color: string };
  web_app_set_header_color: ColorChoice;
  web_app_trigger_haptic_feedback: Haptic;
  web_app_open_popup: { title: string; message: string; buttons: PopupButton[] };
  web_app_open_scan_qr_popup: { text?: string };
  web_app_close_scan_qr_popup: None;
  web_app_read_text_from_clipboard: Request;
  web_app_switch_inline_query: { query: string; chat_types: string[] };
  web_app_invoke_custom_method: Request & { method: string; params: object };
  web_app_request_write_access: None;
  web_app_request_phone: None;
  web_app_setup_settings_button: { is_visible: boolean };
  web_app_biometry_get_info: None;
  web_app_biometry_request_access: { reason: string };
  web_app_biometry_request_auth: { reason: string };
  web_app_biometry_update_token: { token: string };
  web_app_biometry_open_settings: None;
  web_app_setup_swipe_behavior: { allow_vertical_swipe: boolean };
  web_app_share_to_story: {
    media_url: string;
    text?: string;
    widget_link?: { url: string; name?: string };
  };
  web_app_setup_secondary_button: ButtonParams & { position?: "left" | "right" | "top" | "bottom" };
  web_app_set_bottom_bar_color: { color: string };
  web_app_request_safe_area: None;
  web_app_request_content_safe_area: None;
  web_app_request_fullscreen: None;
  web_app_exit_fullscreen: None;
  web_app_set_emoji_status: { custom_emoji_id: string; duration?: number };
  web_app_request_emoji_status_access: None;
  web_app_add_to_home_screen: None;
  web_app_check_home_screen: None;
  web_app_check_location: None;
  web_app_request_location: None;
  web_app_open_location_settings: None;
  web_app_request_file_download: { url: string; file_name: string };
  web_app_send_prepared_message: { id: string };
  web_app_start_accelerometer: Sensor;
  web_app_stop_accelerometer: None;
  web_app_start_gyroscope: Sensor;
  web_app_stop_gyroscope: None;
  web_app_start_device_orientation: Sensor & { need_absolute?: boolean };
  web_app_stop_device_orientation: None;
  web_app_toggle_orientation_lock: { locked: boolean };
  web_app_device_storage_save_key: Request & { key: string; value: string | null };
  web_app_device_storage_get_key: Request & { key: string };
  web_app_device_storage_clear: Request;
  web_app_secure_storage_save_key: Request & { key: string; value: string | null };
  web_app_secure_storage_get_key: Request & { key: string };
  web_app_secure_storage_restore_key: Request & { key: string };
  web_app_secure_storage_clear: Request;
  web_app_hide_keyboard: None;
  web_app_request_chat: Request;
  web_app_verify_age: { passed: boolean; age?: number };
}
export type Method = keyof Methods;

export interface Events {
  theme_changed: { theme_params: Record<string, string> };
  viewport_changed: {
    height: number;
    width?: number;
    is_expanded: boolean;
    is_state_stable: boolean;
  };
  main_button_pressed: None;
  secondary_button_pressed: None;
  back_button_pressed: None;
  settings_button_pressed: None;
  invoice_closed: { slug: string; status: InvoiceStatus };
  popup_closed: { button_id?: string };
  qr_text_received: { data?: string };
  scan_qr_popup_closed: None;
  clipboard_text_received: Request & { data?: string | null };
  write_access_requested: { status: "allowed" | "cancelled" };
  phone_requested: { status: "sent" | "cancelled" };
  custom_method_invoked: Request & { result?: unknown; error?: string };
  biometry_info_received: { available: boolean; type?: string; access_granted?: boolean };
  biometry_auth_requested: { status: "authorized" | "failed"; token?: string };
  biometry_token_updated: { status: "updated" | "removed" | "failed" };
  safe_area_changed: Insets;
  content_safe_area_changed: Insets;
  visibility_changed: { is_visible: boolean };
  fullscreen_changed: { is_fullscreen: boolean };
  fullscreen_failed: { error: "UNSUPPORTED" | "ALREADY_FULLSCREEN" };
  home_screen_added: None;
  home_screen_failed: { error: string };
  home_screen_checked: { status: "unsupported" | "unknown" | "added" | "missed" };
  prepared_message_sent: None;
  prepared_message_failed: { error: string };
  emoji_status_set: None;
  emoji_status_failed: { error: string };
  emoji_status_access_requested: { status: "allowed" | "cancelled" };
  file_download_requested: { status: "downloading" | "cancelled" };
  location_checked: { available: boolean; access_requested?: boolean; access_granted?: boolean };
  location_requested: { available: boolean; latitude?: number; longitude?: number };
  accelerometer_started: None;
  accelerometer_stopped: None;
  accelerometer_changed: { x: number; y: number; z: number };
  accelerometer_failed: { error: string };
  gyroscope_started: None;
  gyroscope_stopped: None;
  gyroscope_changed: { x: number; y: number; z: number };
  gyroscope_failed: { error: string };
  device_orientation_started: None;
  device_orientation_stopped: None;
  device_orientation_changed: { absolute: boolean; alpha: number; beta: number; gamma: number };
  device_orientation_failed: { error: string };
  device_storage_key_saved: Request;
  device_storage_key_received: Request & { value: string | null };
  device_storage_cleared: Request;
  device_storage_failed: Request & { error: string };
  secure_storage_key_saved: Request;
  secure_storage_key_received: Request & { value: string | null; can_restore?: boolean };
  secure_storage_key_restored: Request & { value: string | null };
  secure_storage_cleared: Request;
  secure_storage_failed: Request & { error: string };
  requested_chat_sent: Request;
  requested_chat_failed: Request & { error: string };
  set_custom_style: string;
  reload_iframe: None;
}
export type EventName = keyof Events;
export type InvoiceStatus = "paid" | "cancelled" | "failed" | "pending";

// Newest first; a pattern stands for the methods that came together. What matches none is 6.0.
const SINCE: readonly (readonly [string, RegExp])[] = [
  ["9.6", /request_chat|verify_age/],
  ["9.1", /hide_keyboard/],
  ["9.0", /_storage_/],
  [
    "8.0",
    /safe_area|fullscreen|emoji_status|home_screen|location|file_download|prepared|accelerometer|gyroscope|orientation/,
  ],
  ["7.10", /secondary_button|bottom_bar/],
  ["7.8", /to_story/],
  ["7.7", /swipe/],
  ["7.2", /biometry/],
  ["6.10", /settings_button/],
  ["6.9", /custom_method|write_access|request_phone/],
  ["6.7", /inline_query/],
  ["6.4", /qr_popup|clipboard/],
  ["6.2", /open_popup/],
  ["6.1", /tg_link|invoice|back_button|_set_|haptic/],
];

/** The Bot API version that brought `method`. */
export function since(method: Method): string {
  return SINCE.find(([, names]) => names.test(method))?.[0] ?? "6.0";
}

/** Whether version `have` ("7.10") is `want` ("7.2") or newer; part by part, not as decimals. */
export function isAtLeast(have: string, want: string): boolean {
  const [a, b] = [have, want].map((text) => text.split(".").map(Number)) as [number[], number[]];
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] || 0) - (b[i] || 0);
    if (difference) return difference > 0;
  }
  return true;
}
