// Sharing by a link: shows exactly what will be public, then creates the link.
import { useEffect, useState } from "preact/hooks";
import { settings } from "../../actions/settings.ts";
import { showToast } from "../../actions/toast.ts";
import type { Share, SharePreview } from "../../api/index.ts";
import { haptic, post, supports } from "../../bridge/index.ts";
import { openTelegramLink, shareMessage } from "../../bridge/links.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { closeScreen, openedScreen, type Screen } from "../../state/navigation.ts";
import { currentThread, state } from "../../state/store.ts";
import { Skeleton } from "../ui/controls.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { dateOrNothing } from "../ui/dates.ts";
import { MainButton } from "../ui/main-button.tsx";
import { Row } from "../ui/row.tsx";
import { Sheet } from "../ui/sheet.tsx";
import { Switch } from "../ui/switch.tsx";
import { StoredAnswer } from "./answer.tsx";
import { Sources } from "./sources.tsx";

const DAYS = [1, 7, 30] as const;

export function ShareSheet() {
  const what = openedScreen("share");
  const [made, keep] = useState<Share | null>(null);
  if (!what) return null;
  return (
    <Sheet title={t("app.share.title")} onClose={() => closeScreen("share")}>
      {made ? <Made share={made} /> : <Choose what={what} onMade={keep} />}
    </Sheet>
  );
}

interface ChooseProps {
  what: Extract<Screen, { name: "share" }>;
  onMade: (share: Share) => void;
}

function Choose({ what, onMade }: ChooseProps) {
  const { conversationId, lastId, firstId } = what;
  const [named, show] = useState(false);
  const [name, write] = useState(state.value.user?.firstName ?? "");
  const [days, choose] = useState<(typeof DAYS)[number]>(7);
  const [seen, see] = useState<SharePreview | null>(null);
  const author = named ? name.trim() || null : null;
  const part = { lastId, author, ...(firstId ? { firstId } : {}) };
  useEffect(() => {
    let late = false;
    see(null);
    void attempt(() => settings().previewShare(conversationId, part), showToast).then((found) => {
      if (!late && found) see(found);
    });
    return () => {
      late = true;
    };
  }, [conversationId, lastId, firstId, author]);
  const make = async (): Promise<void> => {
    if (!seen) return;
    const wanted = { ...part, sha256: seen.sha256, days };
    const share = await attempt(() => settings().makeShare(conversationId, wanted), showToast);
    if (!share) return;
    haptic("success");
    onMade(share);
  };
  return (
    <>
      <div class="card">
        <SendOn messageId={lastId} />
        <ToStory messageId={lastId} />
      </div>
      <p class="sheet-word">{t("app.share.word")}</p>
      <div class="card">
        <Switch name={t("app.share.name")} on={named} onChange={show} />
        {named && (
          <input
            class="share-name"
            dir="auto"
            maxLength={64}
            aria-label={t("app.share.name.label")}
            value={name}
            onChange={(event) => write(event.currentTarget.value)}
          />
        )}
        <div role="radiogroup" aria-label={t("app.share.days")}>
          {DAYS.map((one) => (
            <label class="field" key={one}>
              <span class="field-words">
                <span class="field-name">{t(`app.share.days.${one}`)}</span>
              </span>
              <input
                type="radio"
                name="days"
                class="pick"
                checked={one === days}
                onChange={() => choose(one)}
              />
            </label>
          ))}
        </div>
      </div>
      <h3 class="group-title">{t("app.share.preview")}</h3>
      {seen ? <Preview seen={seen} /> : <Skeleton lines={3} />}
      <MainButton disabled={!seen} onClick={() => void make()}>
        {t("app.share.make")}
      </MainButton>
    </>
  );
}

/** Sends the answer itself to a chat chosen in Telegram; older clients can only share the link. */
function SendOn({ messageId }: { messageId: string }) {
  if (!supports("web_app_send_prepared_message")) return null;
  const send = async (): Promise<void> => {
    const prepared = await attempt(() => settings().prepareMessage(messageId), showToast);
    if (!prepared || !(await shareMessage(prepared.id))) return;
    haptic("success");
    closeScreen("share");
  };
  return <Row icon="chat" tint="blue" name={t("app.share.chat")} onClick={() => void send()} />;
}

/** The answer's picture in a story of the person's: Telegram's app fetches it by a link. */
function ToStory({ messageId }: { messageId: string }) {
  const picture = currentThread.value.messages[messageId]?.attachments?.find(
    ({ kind }) => kind === "image",
  );
  if (!picture || !supports("web_app_share_to_story")) return null;
  const share = async (): Promise<void> => {
    const link = await attempt(() => settings().linkPicture(picture.id), showToast);
    if (link && post("web_app_share_to_story", { media_url: link.url })) closeScreen("share");
  };
  return (
    <Row
      icon="image"
      tint="pink"
      name={t("app.share.story")}
      word={t("app.share.story.word")}
      onClick={() => void share()}
    />
  );
}

function Preview({ seen }: { seen: SharePreview }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys
    <section class="share-preview" tabIndex={0} aria-label={t("app.share.preview")}>
      {seen.title && <strong dir="auto">{seen.title}</strong>}
      {seen.author && <p dir="auto">{seen.author}</p>}
      {seen.messages.map(({ role, text, modelName, sources }, number) => (
        <div key={number}>
          {modelName && <p class="sheet-word">{modelName}</p>}
          {role === "user" ? (
            <p class="bubble" dir="auto">
              {text}
            </p>
          ) : (
            <StoredAnswer text={text} />
          )}
          <Sources citations={sources} />
        </div>
      ))}
    </section>
  );
}

function Made({ share }: { share: Share }) {
  const send = (): void => {
    openTelegramLink(`https://t.me/share/url?url=${encodeURIComponent(share.url)}`);
  };
  return (
    <>
      <p class="share-link">
        <bdi>{share.url}</bdi>
        <CopyButton text={share.url} />
      </p>
      <p class="sheet-word">{t("app.share.open", { date: dateOrNothing(share.expiresAt) })}</p>
      <MainButton onClick={send}>{t("app.share.send")}</MainButton>
    </>
  );
}
