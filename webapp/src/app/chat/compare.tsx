// The versions of an answer side by side, each with its model and cost. On a phone one fills the
// screen; a swipe or a tab shows the others.
import { useEffect, useRef, useState } from "preact/hooks";
import { chooseBranch } from "../../actions/conversation-changes.ts";
import { stopAnswer } from "../../actions/messages.ts";
import { services } from "../../actions/services.ts";
import { receiptsApi } from "../../api/receipts.ts";
import { formatNumber, t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import type { ChatMessage } from "../../state/model.ts";
import { closeScreen, openedScreen, openScreen } from "../../state/navigation.ts";
import { busy, currentId, currentPath, currentThread, models } from "../../state/store.ts";
import { children } from "../../state/tree.ts";
import { TextButton } from "../ui/controls.tsx";
import { Icon } from "../ui/icons.tsx";
import { money } from "../ui/money.ts";
import { Answer } from "./answer.tsx";
import { Outcome } from "./assistant-message.tsx";
import { Attachments } from "./attachments.tsx";
import { Sources } from "./sources.tsx";
import { Status } from "./status.tsx";
import { Thought } from "./thought.tsx";

export function Compare() {
  const screen = openedScreen("compare");
  const row = useRef<HTMLDivElement>(null);
  const [at, show] = useState(0);
  const versions = screen ? children(currentThread.value.messages, screen.questionId) : [];
  const last = versions.at(-1);
  const go = (index: number): void => {
    row.current?.children[index]?.scrollIntoView({ inline: "start", block: "nearest" });
  };
  // Start at the newest.
  useEffect(() => go(versions.length - 1), [versions.length]);
  const scrolled = ({ currentTarget: box }: { currentTarget: HTMLElement }): void =>
    show(Math.round(Math.abs(box.scrollLeft) / (box.clientWidth || 1)));
  return (
    <div class="screen">
      <div class="version-tabs" role="group" aria-label={t("app.branches")}>
        {versions.map((version, index) => (
          <button
            key={version.viewKey ?? version.id}
            type="button"
            class="version-tab"
            aria-pressed={index === at}
            onClick={() => go(index)}
          >
            <bdi>{nameOf(version, index)}</bdi>
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keys */}
      <div class="versions" ref={row} onScroll={scrolled} tabIndex={0}>
        {versions.map((version, index) => (
          <Version key={version.viewKey ?? version.id} message={version} index={index} />
        ))}
      </div>
      {last && (
        <button
          type="button"
          class="text-button version-more"
          disabled={busy.value}
          onClick={() => openScreen({ name: "models", use: "beside", messageId: last.id })}
        >
          <Icon name="add" />
          {t("app.compare.more")}
        </button>
      )}
    </div>
  );
}

const nameOf = ({ modelName }: ChatMessage, index: number): string =>
  modelName ?? t("app.compare.version", { n: formatNumber(index + 1) });

function Version({ message, index }: { message: ChatMessage; index: number }) {
  const { pending, state, runId, text } = message;
  const waits = pending !== undefined && pending.status !== "failed";
  const writes = waits || state === "running";
  const cost = useCost(message, !writes && !pending);
  const chosen = currentPath.value.some(({ id }) => id === message.id);
  const keep = (): void => {
    if (currentId.value && !chosen) chooseBranch(currentId.value, message.id, 0);
    closeScreen("compare");
  };
  return (
    <article class="version card" aria-busy={writes}>
      <header class="version-head">
        <h2 class="version-name">
          <bdi>{nameOf(message, index)}</bdi>
        </h2>
        {cost && <span class="version-cost">{cost}</span>}
      </header>
      <div class="version-body">
        <Thought message={message} />
        {(text || state === "running") && <Answer message={message} />}
        <Attachments files={message.attachments} />
        {writes && <Status runId={waits ? null : runId} />}
        <Sources citations={message.citations} />
        <Outcome message={message} />
      </div>
      <footer class="version-foot">
        {writes ? (
          <TextButton onClick={() => void stopAnswer()}>{t("app.composer.stop")}</TextButton>
        ) : (
          <TextButton disabled={busy.value} onClick={keep}>
            {t(chosen ? "app.compare.kept" : "app.compare.keep")}
          </TextButton>
        )}
      </footer>
    </article>
  );
}

/** The provider's cost, once known; a model on this server costs nothing. */
function useCost({ id, modelId }: ChatMessage, ended: boolean): string {
  const [cost, tell] = useState<number | null>(null);
  const free = models.value.some((model) => model.id === modelId && model.here);
  useEffect(() => {
    if (!ended || free) return;
    const ask = () => receiptsApi(services().api).receipts(id);
    void attempt(ask, () => undefined).then((found) => {
      const known = found?.items.map(({ costMicroDollars }) => costMicroDollars ?? 0) ?? [];
      if (known.length) tell(known.reduce((sum, one) => sum + one, 0));
    });
  }, [id, ended, free]);
  if (free) return t("app.models.price.free");
  return cost === null ? "" : money(cost);
}
