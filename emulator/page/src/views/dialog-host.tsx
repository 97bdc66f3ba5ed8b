// Shows the first of the open dialogs over the phone.
import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../boot.ts";
import { dialogs, type OpenDialog } from "../dialogs.ts";
import { me, world } from "../world/live.ts";
import { fullName } from "./avatar.tsx";
import { trapFocus } from "./focus.ts";
import { Icon } from "./icon.tsx";
import { InvoiceDialog } from "./invoice-dialog.tsx";

type Of<K extends OpenDialog["kind"]> = Extract<OpenDialog, { kind: K }>;

export function DialogHost() {
  const dialog = dialogs.value[0];
  return dialog ? <Dialog key={dialog.key} dialog={dialog} /> : null;
}

function Dialog({ dialog }: { dialog: OpenDialog }) {
  const box = useRef<HTMLDivElement>(null);
  // A running payment cannot be dismissed: its result would be lost.
  const dismiss = () => box.current?.querySelector("[aria-busy=true]") || dialog.done(null);
  // In the same task as the rendering, since a key pressed at once would still move the page below.
  useLayoutEffect(() => trapFocus(box.current, dismiss), []);
  const sheet = dialog.kind === "invoice";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a tap beside it closes it
    // biome-ignore lint/a11y/useKeyWithClickEvents: for keys there are Escape and a button
    <div
      class={`backdrop ${sheet ? "low" : ""}`}
      onClick={(event) => event.target === event.currentTarget && dismiss()}
    >
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: both of its roles are dialogs */}
      <div
        class={sheet ? "sheet" : "dialog"}
        ref={box}
        role={dialog.kind === "choice" ? "alertdialog" : "dialog"}
        aria-modal="true"
        aria-labelledby={`dialog-${dialog.key}`}
      >
        <Body dialog={dialog} id={`dialog-${dialog.key}`} />
      </div>
    </div>
  );
}

function Body({ dialog, id }: { dialog: OpenDialog; id: string }) {
  if (dialog.kind === "choice") return <Choice dialog={dialog} id={id} />;
  if (dialog.kind === "prompt") return <Prompt dialog={dialog} id={id} />;
  if (dialog.kind === "scan") return <Scan dialog={dialog} id={id} />;
  if (dialog.kind === "share") return <Share dialog={dialog} id={id} />;
  return <InvoiceDialog id={id} {...dialog.props} done={dialog.done} />;
}

function Choice({ dialog, id }: { dialog: Of<"choice">; id: string }) {
  const { title, text, buttons } = dialog.props;
  return (
    <>
      {title && (
        <h2 id={id} dir="auto">
          {title}
        </h2>
      )}
      <p id={title ? undefined : id} class="dialog-text" dir="auto">
        {text}
      </p>
      {/* Three never fit side by side; two may. */}
      <div class={`dialog-buttons ${buttons.length > 2 ? "stacked" : ""}`}>
        {buttons.map((button, index) => (
          <button
            key={`${button.id}-${index}`}
            type="button"
            class={`dialog-button ${button.look ?? "default"}`}
            {...(index === buttons.length - 1 ? { "data-first": "" } : {})}
            onClick={() => dialog.done(button.id)}
          >
            {button.text}
          </button>
        ))}
      </div>
    </>
  );
}

interface FormProps {
  onSubmit: (text: string) => void;
  onCancel: () => void;
  label: string;
  ok: string;
  initial?: string;
  cancel?: string;
  children?: ComponentChildren;
}

function TextForm({ onSubmit, onCancel, label, ok, initial = "", cancel, children }: FormProps) {
  const [text, setText] = useState(initial);
  const submit = (event: Event) => {
    event.preventDefault();
    onSubmit(text);
  };
  return (
    <form onSubmit={submit}>
      <label class="field">
        <span>{label}</span>
        <input
          data-first=""
          value={text}
          dir="auto"
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {children}
      <div class="dialog-buttons">
        <button type="button" class="dialog-button plain" onClick={onCancel}>
          {cancel ?? t("dialog.cancel")}
        </button>
        <button type="submit" class="dialog-button">
          {ok}
        </button>
      </div>
    </form>
  );
}

function Prompt({ dialog, id }: { dialog: Of<"prompt">; id: string }) {
  const { title, text, value, ok } = dialog.props;
  return (
    <>
      <h2 id={id}>{title}</h2>
      <TextForm
        label={text}
        initial={value}
        ok={ok}
        onSubmit={dialog.done}
        onCancel={() => dialog.done(null)}
      />
    </>
  );
}

function Scan({ dialog, id }: { dialog: Of<"scan">; id: string }) {
  return (
    <>
      <h2 id={id}>{t("scan.title")}</h2>
      {dialog.props.text && (
        <p class="dialog-text" dir="auto">
          {dialog.props.text}
        </p>
      )}
      <div class="viewfinder" aria-hidden="true">
        <Icon name="qr" />
      </div>
      <TextForm
        label={t("scan.label")}
        ok={t("scan.ok")}
        cancel={t("dialog.close")}
        onSubmit={dialog.props.onText}
        onCancel={() => dialog.done(null)}
      />
    </>
  );
}

function Share({ dialog, id }: { dialog: Of<"share">; id: string }) {
  const others = (world.value?.people ?? []).filter((one) => one.id !== me.value?.id);
  return (
    <>
      <h2 id={id}>{t("share.title")}</h2>
      {dialog.props.text && (
        <blockquote class="dialog-quote" dir="auto">
          {dialog.props.text}
        </blockquote>
      )}
      <p class="dialog-hint">
        {t("share.allowed", { kinds: dialog.props.allowed.join(", ") || "—" })}
      </p>
      <ul class="share-list">
        {others.map((person) => (
          <li key={person.id}>
            <button type="button" class="quiet" onClick={() => dialog.done(fullName(person))}>
              {fullName(person)}
            </button>
          </li>
        ))}
      </ul>
      <TextForm
        label={t("share.other")}
        ok={t("share.ok")}
        initial={t("share.someone")}
        onSubmit={dialog.done}
        onCancel={() => dialog.done(null)}
      />
    </>
  );
}
