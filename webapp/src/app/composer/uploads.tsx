// The files of the next question, above the composer's text.
import { removeFile } from "../../actions/attachments.ts";
import { t } from "../../i18n/index.ts";
import { type Upload, uploads } from "../../state/attachments.ts";
import { IconButton } from "../ui/controls.tsx";
import { FILE_ICONS, fileDetails } from "../ui/files.ts";
import { Icon } from "../ui/icons.tsx";

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
  const { card, failure } = one;
  const { name } = one.file;
  const label = failure
    ? `${failure.title}. ${failure.detail}`
    : card
      ? fileDetails(card)
      : t("app.attach.uploading");
  return (
    <li class={failure ? "file bad" : "file"} aria-busy={!card && !failure}>
      {card || failure ? (
        <Icon name={card ? FILE_ICONS[card.kind] : "file"} />
      ) : (
        <span class="pulse" />
      )}
      <span class="file-words" role={failure ? "alert" : undefined}>
        <span class="file-name" dir="auto">
          {card?.name ?? name}
        </span>
        <span class="file-word">{label}</span>
      </span>
      <IconButton
        icon="close"
        label={t("app.attach.remove", { name })}
        onClick={() => removeFile(one.key)}
      />
    </li>
  );
}
