// The worker that sets formulas.
import { typeset } from "./math.ts";
import { serve } from "./serve.ts";

serve<"math">(({ text, display }) => ({ kind: "math", tree: typeset(text, display) }));
