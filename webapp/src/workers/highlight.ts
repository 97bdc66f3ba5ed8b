// Code to coloured pieces.
import { ALIASES, LANGUAGES, type Language } from "./languages.ts";
import type { Segments } from "./protocol.ts";

/** Longer code stays plain: the colouring would arrive too late to be of use. */
const LONGEST = 50_000;
const LITERALS = new Set(
  "true false null none nil undefined nan self this super yes no on off".split(" "),
);

/** The pieces of `code`; null when the language is unknown. */
export function highlight(code: string, name: string): Segments | null {
  const known = ALIASES[name] ?? name;
  const language = Object.hasOwn(LANGUAGES, known) ? LANGUAGES[known] : undefined;
  if (!language || code.length > LONGEST) return null;
  const segments: Segments = [];
  scan(code, language, "", segments);
  return segments;
}

const scanners = new Map<Language, RegExp>();

/** One pattern with a group for each rule, and one for words. */
function scannerOf(language: Language): RegExp {
  const known = scanners.get(language);
  if (known) return known;
  const patterns = language.rules.map(([, pattern]) => `(${pattern})`);
  const source = [...patterns, "([A-Za-z_$][\\w$]*)"].join("|");
  const made = new RegExp(source, language.anyCase ? "gim" : "gm");
  scanners.set(language, made);
  return made;
}

function scan(code: string, language: Language, outer: string, into: Segments): void {
  let done = 0;
  // Each its own position: languages are inside of one another.
  for (const found of code.matchAll(scannerOf(language))) {
    const [text, ...groups] = found;
    if (!text) continue;
    put(code.slice(done, found.index), outer, into);
    done = found.index + text.length;
    const rule = language.rules[groups.findIndex((group) => group !== undefined)];
    if (!rule) put(text, wordScope(text, code, done, language) || outer, into);
    else if (rule[2]) scan(text, rule[2], rule[0] || outer, into);
    else put(text, rule[0] || outer, into);
  }
  put(code.slice(done), outer, into);
}

function wordScope(word: string, code: string, end: number, language: Language): string {
  const same = language.anyCase ? word.toLowerCase() : word;
  if (language.keywords?.has(same)) return "keyword";
  if (!language.names) return "";
  if (LITERALS.has(word.toLowerCase())) return "literal";
  if (code[end] === "(") return "title.function";
  return /^[A-Z]\w*[a-z]/.test(word) ? "type" : "";
}

function put(text: string, scope: string, into: Segments): void {
  if (!text) return;
  const last = into.at(-1);
  if (last?.[0] === scope) into[into.length - 1] = [scope, last[1] + text];
  else into.push([scope, text]);
}
