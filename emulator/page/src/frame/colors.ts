// Colours in the protocol's form (#RRGGBB), and readability.

/** `#rrggbb` in lower case from "#abc" or "#aabbcc"; null for anything else. */
export function hex(value: unknown): string | null {
  if (typeof value !== "string") return null;
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(value);
  const long = short
    ? `#${short
        .slice(1)
        .map((digit) => digit + digit)
        .join("")}`
    : value;
  return /^#[0-9a-f]{6}$/i.test(long) ? long.toLowerCase() : null;
}

/** Relative luminance of a `#rrggbb`, 0 to 1 (WCAG 2). */
export function luminance(color: string): number {
  const part = (at: number) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

/** Contrast ratio of two `#rrggbb`, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [
    number,
    number,
  ];
  return (light + 0.05) / (dark + 0.05);
}

/** `color` if it is readable on `background` (4.5 to 1), else black or white. */
export function legible(color: string, background: string): string {
  return contrast(color, background) >= 4.5 ? color : readableOn(background);
}

/** Black or white, whichever is more readable on `background`. */
export function readableOn(background: string): "#000000" | "#ffffff" {
  return contrast(background, "#000000") >= contrast(background, "#ffffff") ? "#000000" : "#ffffff";
}
