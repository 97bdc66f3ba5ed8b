// The files of the next question, above the composer's text: each with its picture, upload
// progress, or why it was refused.
import { useEffect, useState } from "preact/hooks";
import { removeFile } from "../../actions/attachments.ts";
import { t } from "../../i18n/index.ts";
import { type Upload, uploads } from "../../state/attachments.ts";
import { IconButton } from "../ui/controls.tsx";
import { FILE_ICONS, fileDetails } from "../ui/files.ts";
import { Icon } from "../ui/icons.tsx";
import { UploadProgress } from "../ui/upload-progress.tsx";

export function Uploads() {
  return (
    <ul class="files picked">
      {uploads.value.map((one) => (
        <UploadRow key={one.key} one={one} />
      ))}
    </ul>
  );
}

function UploadRow({ one }: { one: Upload }) {
  const { key, card, failure } = one;
  const { name } = one.file;
  return (
    <li class={failure ? "file bad" : "file"} aria-busy={!card && !failure}>
      <Thumbnail one={one} />
      <span class="file-words" role={failure ? "alert" : undefined}>
        <span class="file-name" dir="auto">
          {card?.name ?? name}
        </span>
        {failure ? (
          <span class="file-word">{`${failure.title}. ${failure.detail}`}</span>
        ) : card ? (
          <span class="file-word">{fileDetails(card)}</span>
        ) : (
          <UploadProgress upload={key} />
        )}
      </span>
      <IconButton
        icon="close"
        label={t("app.attach.remove", { name })}
        onClick={() => removeFile(key)}
      />
    </li>
  );
}

/** The device's own picture; an icon for other files, or if the picture cannot be decoded. */
function Thumbnail({ one: { file, card } }: { one: Upload }) {
  const [url, show] = useState("");
  useEffect(() => {
    if (!file.type.startsWith("image/")) return undefined;
    const made = URL.createObjectURL(file);
    show(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  if (url) return <img class="thumbnail" src={url} alt="" onError={() => show("")} />;
  return <Icon name={card ? FILE_ICONS[card.kind] : "file"} />;
}
