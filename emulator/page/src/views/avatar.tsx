// A person's round picture, or initials on a colour.

interface Named {
  id: number;
  firstName: string;
  lastName?: string | null;
  photoUrl?: string | null;
}

export function Avatar({
  of,
  size = "medium",
}: {
  of: Named;
  size?: "small" | "medium" | "large";
}) {
  const hue = `hue-${Math.abs(of.id) % 6}`;
  const inner = of.photoUrl ? <img src={of.photoUrl} alt="" /> : initials(of);
  return (
    <span class={`avatar ${size} ${hue}`} aria-hidden="true">
      {inner}
    </span>
  );
}

/** The first letters of the names, as whole characters even if they take two units. */
function initials({ firstName, lastName }: Named): string {
  const first = (text: string | null | undefined) => [...(text ?? "")][0] ?? "";
  return (first(firstName) + first(lastName)).toUpperCase();
}

export function fullName({ firstName, lastName }: Named): string {
  return lastName ? `${firstName} ${lastName}` : firstName;
}
