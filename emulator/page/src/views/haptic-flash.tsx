// Visible haptics: a short word over the app.
import { useEffect, useState } from "preact/hooks";
import type { Session } from "../frame/session.ts";

const SHOWN_MS = 900;

export function HapticFlash({ session }: { session: Session }) {
  const haptic = session.haptic.value;
  const [shown, setShown] = useState(0);
  useEffect(() => {
    if (!haptic) return undefined;
    setShown(haptic.count);
    const timer = setTimeout(() => setShown(0), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [haptic]);
  if (!haptic || shown !== haptic.count) return null;
  return (
    <div key={haptic.count} class={`haptic ${haptic.name.replace(" ", "-")}`} aria-hidden="true">
      <i />
      <i />
      <i />
      {haptic.name}
    </div>
  );
}
