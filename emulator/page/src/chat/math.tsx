// Formulas in messages: TeX becomes MathML, which browsers lay out themselves.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import temml from "temml";
import { Code } from "./formatted.tsx";

const OPTIONS = { throwOnError: true, trust: false, strict: false, maxExpand: 200 };

/** A formula, inline or as a block; invalid TeX is shown as written. */
export function Formula({ tex, block = false }: { tex: string; block?: boolean }) {
  const place = useRef<HTMLSpanElement>(null);
  const [broken, setBroken] = useState<string | null>(null);
  useLayoutEffect(() => {
    if (!place.current) return;
    try {
      temml.render(tex, place.current, { ...OPTIONS, displayMode: block });
    } catch {
      setBroken(tex);
    }
  }, [tex, block]);
  if (broken === tex)
    return block ? <Code text={tex} language="TeX" /> : <code class="math">{tex}</code>;
  return <span class={block ? "formula block" : "formula"} ref={place} dir="ltr" />;
}
