// A page or list that has nothing to show yet.
import { Icon, type IconName } from "./icons.tsx";

export function Nothing({ icon, words }: { icon: IconName; words: string }) {
  return (
    <div class="nothing">
      <Icon name={icon} />
      <p>{words}</p>
    </div>
  );
}
