// The way to the device's home screen, where there is one and the app is not on it.
import { useEffect, useState } from "preact/hooks";
import { addToHomeScreen, missesHomeScreen } from "../../bridge/screen.ts";
import { t } from "../../i18n/index.ts";
import { Row } from "../ui/row.tsx";

export function HomeScreen() {
  const [misses, tell] = useState(false);
  useEffect(() => void missesHomeScreen().then(tell, () => undefined), []);
  if (!misses) return null;
  const add = (): void => void addToHomeScreen().then(() => tell(false));
  return <Row icon="add" tint="green" name={t("app.home.add")} onClick={add} />;
}
