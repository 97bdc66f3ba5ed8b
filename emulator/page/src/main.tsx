// The entry point of the emulator's page.
import { render } from "preact";
import "./styles/index.css";
import { Page } from "./views/page.tsx";
import { follow } from "./world/live.ts";

const root = document.getElementById("emulator");
if (root) {
  root.replaceChildren();
  render(<Page />, root);
  void follow();
}
