// The bot's commands: all of them from the menu button, matching ones while typing "/".
import { t } from "../boot.ts";
import type { BotCommand } from "../world/telegram.ts";

/** The commands that start like the text; none unless the text is the start of a command. */
export function matching(commands: readonly BotCommand[], text: string): BotCommand[] {
  const typed = /^\/(\w*)$/.exec(text)?.[1];
  return typed === undefined ? [] : commands.filter((one) => one.command.startsWith(typed));
}

interface Props {
  commands: readonly BotCommand[];
  choose: (command: BotCommand) => void;
}

export function CommandList({ commands, choose }: Props) {
  if (commands.length === 0) return null;
  return (
    <ul class="command-list" aria-label={t("chat.commands")}>
      {commands.map((one) => (
        <li key={one.command}>
          <button type="button" onClick={() => choose(one)}>
            <bdi class="command-name">/{one.command}</bdi>
            <span dir="auto">{one.description}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
