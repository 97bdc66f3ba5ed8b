// The person's public links, and revoking them.
import { settings } from "../../actions/settings.ts";
import { showToast } from "../../actions/toast.ts";
import type { Share } from "../../api/index.ts";
import { haptic } from "../../bridge/index.ts";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../state/failure.ts";
import { TextButton } from "../ui/controls.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { dateOrNothing } from "../ui/dates.ts";
import { useLoading } from "../ui/use-loading.tsx";

export function SharedLinks() {
  const { found, put } = useLoading(async () => (await settings().shares()).items);
  if (!found?.length) return null;
  const end = async ({ id }: Share): Promise<void> => {
    const done = await attempt(async () => {
      await settings().endShare(id);
      return true;
    }, showToast);
    if (!done) return;
    haptic("success");
    put(found.filter((one) => one.id !== id));
  };
  return (
    <section class="section">
      <h2 class="section-title">{t("app.shares")}</h2>
      <div class="card">
        {found.map((share) => (
          <div class="field" key={share.id}>
            <span class="field-words">
              <span class="field-name" dir="auto">
                {share.title ?? t("app.shares.untitled")}
              </span>
              <span class="field-word">
                {t("app.share.open", { date: dateOrNothing(share.expiresAt) })}
              </span>
            </span>
            <CopyButton text={share.url} />
            <TextButton danger onClick={() => void end(share)}>
              {t("app.shares.end")}
            </TextButton>
          </div>
        ))}
      </div>
      <p class="section-word">{t("app.shares.word")}</p>
    </section>
  );
}
