// Which handler handles which method. The type makes it a compile error if a method has no handler,
// or if one answers although `methods.ts` says that it is always refused.
import type { Handler, Refusing } from "../frame.ts";
import type { METHODS, MethodName } from "../methods.ts";
import * as access from "./access.ts";
import * as biometry from "./biometry.ts";
import * as chrome from "./chrome.ts";
import * as lifecycle from "./lifecycle.ts";
import * as links from "./links.ts";
import * as popups from "./popups.ts";
import * as sensors from "./sensors.ts";
import * as storage from "./storage.ts";

type HandlerOf<Spec> = Spec extends { refused: string } ? Refusing : Handler;

export const HANDLERS: { readonly [M in MethodName]: HandlerOf<(typeof METHODS)[M]> } = {
  iframe_ready: lifecycle.iframeReady,
  iframe_will_reload: lifecycle.iframeWillReload,
  web_app_ready: lifecycle.ready,
  web_app_close: lifecycle.close,
  web_app_expand: lifecycle.expand,
  web_app_request_theme: lifecycle.requestTheme,
  web_app_request_viewport: lifecycle.requestViewport,
  web_app_request_safe_area: lifecycle.requestSafeArea,
  web_app_request_content_safe_area: lifecycle.requestContentSafeArea,
  web_app_request_fullscreen: lifecycle.requestFullscreen,
  web_app_exit_fullscreen: lifecycle.exitFullscreen,
  web_app_setup_closing_behavior: lifecycle.setupClosing,
  web_app_setup_swipe_behavior: lifecycle.setupSwipes,
  web_app_hide_keyboard: lifecycle.hideKeyboard,
  web_app_toggle_orientation_lock: lifecycle.toggleOrientationLock,
  web_app_setup_main_button: chrome.setupMainButton,
  web_app_setup_secondary_button: chrome.setupSecondaryButton,
  web_app_setup_back_button: chrome.setupBackButton,
  web_app_setup_settings_button: chrome.setupSettingsButton,
  web_app_set_header_color: chrome.setHeaderColor,
  web_app_set_background_color: chrome.setBackgroundColor,
  web_app_set_bottom_bar_color: chrome.setBottomBarColor,
  web_app_trigger_haptic_feedback: chrome.haptic,
  web_app_open_popup: popups.openPopup,
  web_app_open_scan_qr_popup: popups.openScanner,
  web_app_close_scan_qr_popup: popups.closeScanner,
  web_app_read_text_from_clipboard: popups.readClipboard,
  web_app_open_link: links.openLink,
  web_app_open_tg_link: links.openTgLink,
  web_app_open_invoice: links.openInvoiceSlug,
  web_app_data_send: links.sendData,
  web_app_switch_inline_query: links.switchInlineQuery,
  web_app_share_to_story: links.shareToStory,
  web_app_send_prepared_message: links.sendPreparedMessage,
  web_app_request_chat: links.requestChat,
  web_app_request_write_access: access.requestWriteAccess,
  web_app_request_phone: access.requestPhone,
  web_app_check_location: access.checkLocation,
  web_app_request_location: access.requestLocation,
  web_app_open_location_settings: access.openLocationSettings,
  web_app_request_emoji_status_access: access.requestEmojiAccess,
  web_app_set_emoji_status: access.setEmojiStatus,
  web_app_check_home_screen: access.checkHomeScreen,
  web_app_add_to_home_screen: access.addToHomeScreen,
  web_app_request_file_download: access.requestFileDownload,
  web_app_verify_age: access.verifyAge,
  web_app_biometry_get_info: biometry.getBiometry,
  web_app_biometry_request_access: biometry.requestBiometry,
  web_app_biometry_request_auth: biometry.authBiometry,
  web_app_biometry_update_token: biometry.updateBiometryToken,
  web_app_biometry_open_settings: biometry.openBiometrySettings,
  web_app_start_accelerometer: sensors.startAccelerometer,
  web_app_stop_accelerometer: sensors.stopAccelerometer,
  web_app_start_gyroscope: sensors.startGyroscope,
  web_app_stop_gyroscope: sensors.stopGyroscope,
  web_app_start_device_orientation: sensors.startOrientation,
  web_app_stop_device_orientation: sensors.stopOrientation,
  web_app_invoke_custom_method: storage.invokeCustomMethod,
  web_app_device_storage_save_key: storage.saveDeviceKey,
  web_app_device_storage_get_key: storage.getDeviceKey,
  web_app_device_storage_clear: storage.clearDeviceStorage,
  web_app_secure_storage_save_key: storage.saveSecureKey,
  web_app_secure_storage_get_key: storage.getSecureKey,
  web_app_secure_storage_restore_key: storage.restoreSecureKey,
  web_app_secure_storage_clear: storage.clearSecureStorage,
};
