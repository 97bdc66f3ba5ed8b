// The worker that colours code.
import { highlight } from "./highlight.ts";
import { serve } from "./serve.ts";

serve<"code">(({ text, language }) => {
  const segments = highlight(text, language);
  return segments && { kind: "code", segments };
});
