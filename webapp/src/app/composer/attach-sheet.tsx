// The sheet behind the composer's plus: choosing files, or generating a picture.
import { addFiles } from "../../actions/attachments.ts";
import { changeConversation } from "../../actions/conversation-changes.ts";
import { haptic } from "../../bridge/index.ts";
import { formatNumber, plural, t } from "../../i18n/index.ts";
import { isServerOnly, isTemporary, nextServerOnly, nextTemporary } from "../../state/chat-mode.ts";
import { closeScreen, openScreen } from "../../state/navigation.ts";
import { pickedTask } from "../../state/question-options.ts";
import { currentId, me, models, state } from "../../state/store.ts";
import { Icon } from "../ui/icons.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { Switch } from "../ui/switch.tsx";
import { leaveServer } from "./chat-mode.tsx";
import { focusComposer } from "./composer-text.ts";

/** File types that the server reads. It examines the content; this only filters the file
 *  chooser. */
const ACCEPT =
  "image/jpeg,image/png,image/webp,image/gif,application/pdf,.docx,text/*,.md,.json,.csv,audio/*";

/** What to add to a question. */
export function AttachSheet() {
  const plan = me.value?.plan;
  const temporary = isTemporary.value;
  const paints = plan?.images ?? false;
  const done = (): void => closeScreen("attach");
  return (
    <Sheet title={t("app.attach.title")} onClose={done}>
      <div class="choices">
        {!temporary && matchMedia("(pointer: coarse)").matches && (
          <button type="button" class="choice" onClick={() => choose(done, "environment")}>
            <span class="choice-name">
              <Icon name="camera" />
              {t("app.attach.camera")}
            </span>
          </button>
        )}
        {!temporary && (
          <button type="button" class="choice" onClick={() => choose(done)}>
            <span class="choice-name">
              <Icon name="file" />
              {t("app.attach.file")}
            </span>
            <span class="choice-word">
              {t("app.attach.word")}
              {plan && <br />}
              {plan &&
                plural("app.attach.limits", plan.filesAMessage, {
                  size: formatNumber(plan.fileMegabytes),
                })}
            </span>
          </button>
        )}
        {state.value.paints && !temporary && (
          <button
            type="button"
            class={paints ? "choice" : "choice locked"}
            onClick={() => paint(paints)}
          >
            <span class="choice-name">
              <Icon name="image" />
              {t("app.task.image")}
            </span>
            <span class="choice-word">{t("app.task.image.hint")}</span>
            {!paints && (
              <>
                <Icon name="lock" />
                <span class="sr-only">{t("app.models.locked")}</span>
              </>
            )}
          </button>
        )}
      </div>
      <div class="card modes">
        {!currentId.value && (
          <Switch
            name={t("app.temporary")}
            word={t("app.temporary.long")}
            on={nextTemporary.value}
            onChange={(on) => {
              nextTemporary.value = on;
            }}
          />
        )}
        {models.value.some(({ here, allowed }) => here && allowed) && (
          <Switch
            name={t("app.serverOnly")}
            word={t("app.serverOnly.long")}
            on={isServerOnly.value}
            onChange={stayHere}
          />
        )}
      </div>
    </Sheet>
  );
}

function stayHere(on: boolean): void {
  const id = currentId.value;
  if (!id) nextServerOnly.value = on;
  else if (on) void changeConversation(id, { serverOnly: true });
  else void leaveServer();
}

/** The device's own choice of files, or its camera. */
function choose(done: () => void, capture = ""): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = !capture;
  input.accept = capture ? "image/*" : ACCEPT;
  if (capture) input.setAttribute("capture", capture);
  input.addEventListener("change", () => {
    if (input.files) addFiles(input.files);
    focusComposer();
  });
  input.click();
  done();
}

function paint(allowed: boolean): void {
  haptic("selection");
  closeScreen("attach");
  if (!allowed) return openScreen({ name: "plans", reason: "images" });
  pickedTask.value = "image";
  focusComposer();
}
