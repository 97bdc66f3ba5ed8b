// A file's upload progress.
import { language, t } from "../../i18n/index.ts";
import { progress } from "../../state/attachments.ts";

/** In percent; at 100, the server reads the file. */
export function UploadProgress({ upload }: { upload: string }) {
  const share = progress.value[upload];
  if (share === undefined) return <span class="file-word">{t("app.attach.uploading")}</span>;
  const percent = new Intl.NumberFormat(language(), { style: "percent" }).format(share);
  return (
    <>
      <span class="file-word">
        {share < 1 ? t("app.attach.percent", { percent }) : t("app.attach.reading")}
      </span>
      <progress class="file-progress" value={share} aria-label={t("app.attach.uploading")} />
    </>
  );
}
