// What each Telegram client supports. What it does not support is answered as the protocol says:
// with UNSUPPORTED if an event for it exists, else not at all.

export interface Platform {
  /** Phones open a sheet of half the height; desktop and web clients one of full height. */
  form: "phone" | "desktop" | "web";
  haptics: boolean;
  qr: boolean;
  biometry: "finger" | "face" | null;
  homeScreen: boolean;
  sensors: boolean;
  location: boolean;
  orientationLock: boolean;
  fullscreen: boolean;
  stories: boolean;
  deviceStorage: boolean;
  secureStorage: boolean;
  /** Web clients style the scrollbar of the frame and can ask it to reload. */
  iframe: boolean;
}

const phone: Platform = {
  form: "phone",
  haptics: true,
  qr: true,
  biometry: "finger",
  homeScreen: true,
  sensors: true,
  location: true,
  orientationLock: true,
  fullscreen: true,
  stories: true,
  deviceStorage: true,
  secureStorage: true,
  iframe: false,
};

const desktop: Platform = {
  ...phone,
  form: "desktop",
  haptics: false,
  qr: false,
  biometry: null,
  homeScreen: false,
  sensors: false,
  location: false,
  orientationLock: false,
  stories: false,
  secureStorage: false,
};

const web: Platform = { ...desktop, form: "web", fullscreen: false, iframe: true };

export const PLATFORMS = {
  android: phone,
  ios: { ...phone, biometry: "face" },
  macos: { ...desktop, biometry: "finger" },
  tdesktop: desktop,
  unigram: desktop,
  weba: { ...web, fullscreen: true },
  webk: web,
} as const satisfies Record<string, Platform>;

export type PlatformName = keyof typeof PLATFORMS;
export const PLATFORM_NAMES = Object.keys(PLATFORMS) as PlatformName[];
