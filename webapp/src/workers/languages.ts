// What the highlighter knows of each language: which words it has, and how comments, strings and the
// rest begin and end. It tells apart what a reader looks for, and is no grammar: fifteen grammars of a
// library weighed ten times as much.

/** A scope, the pattern that has it, and what is inside of that. */
export type Rule = readonly [scope: string, pattern: string, inside?: Language];

export interface Language {
  readonly rules: readonly Rule[];
  readonly keywords?: ReadonlySet<string>;
  /** Letters' case means nothing in it. */
  readonly anyCase?: boolean;
  /** Words that are followed by a bracket or begin with a capital mean something. */
  readonly names?: boolean;
}

const raw = String.raw;
const END = raw`$(?![^])`;
const LINE: Rule = ["comment", raw`\/\/.*`];
const BLOCK: Rule = ["comment", raw`\/\*[^]*?(?:\*\/|${END})`];
const HASH: Rule = ["comment", raw`(?:^|\s)#.*`];
const DOUBLE: Rule = ["string", raw`"(?:\\[^]|[^"\\\n])*"?`];
const SINGLE: Rule = ["string", raw`'(?:\\[^]|[^'\\\n])*'?`];
const TICKED: Rule = ["string", raw`${"`"}(?:\\[^]|[^\\${"`"}])*${"`"}?`];
const NUMBER: Rule = [
  "number",
  raw`\b(?:0[xX][\da-fA-F_]+|0[bB][01_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)\w*`,
];
const AT: Rule = ["meta", raw`@[\w.]+`];

const EVERYWHERE = "if else for while do return break continue switch case default in";
const CLASSES = `${EVERYWHERE} class new try catch finally throw import static public private protected abstract interface extends implements enum void int float double long short byte char const override`;

const words = (...lists: string[]): ReadonlySet<string> => new Set(lists.join(" ").split(" "));
const language = (keywords: string, ...rules: Rule[]): Language => ({
  rules: [...rules, NUMBER],
  keywords: words(keywords),
  names: true,
});

const javascript = language(
  `${CLASSES} let var function async await yield export from as of typeof instanceof delete get set type declare readonly namespace keyof infer is satisfies module string number boolean any never unknown object`,
  LINE,
  BLOCK,
  DOUBLE,
  SINGLE,
  TICKED,
  AT,
);

const STRINGS: Language = { rules: [DOUBLE, SINGLE] };
/** Words before the brace of a rule are its selector; the reach bounds what a long text costs. */
const IN_SELECTOR = raw`(?=[^;{}]{0,200}\{)`;
const css: Language = {
  anyCase: true,
  rules: [
    BLOCK,
    DOUBLE,
    SINGLE,
    ["keyword", raw`@[\w-]+`],
    ["meta", "!important"],
    ["attribute", raw`--[\w-]+|[a-z-]+(?=\s*:(?:[^{}]{0,200}(?:[;}]|${END})|[^{}()]{0,200}\)))`],
    ["selector-attr", raw`\[[^\]]*\]`, STRINGS],
    ["selector-id", raw`#[a-z_][\w-]*${IN_SELECTOR}`],
    ["selector-class", raw`\.[a-z_][\w-]*`],
    ["selector-pseudo", `::?[a-z-]+${IN_SELECTOR}`],
    ["number", raw`#[\da-f]{3,8}\b|[+-]?(?:\b\d+(?:\.\d+)?|\.\d+)(?:%|[a-z]+)?`],
    ["built_in", raw`[\w-]+(?=\()`],
    ["selector-tag", raw`[a-z][\w-]*${IN_SELECTOR}`],
  ],
};

const TAG: Language = {
  rules: [
    ["name", raw`<[/!?]?[\w:.-]+|[/?]?>`],
    ["attr", raw`[\w:@.-]+(?=\s*=)`],
    ...STRINGS.rules,
  ],
};
const embedded = (tag: string, inner: Language): Rule => [
  "",
  raw`<${tag}\b[^>]*>[^]*?(?:<\/${tag}>|${END})`,
  { ...inner, rules: [["", raw`<\/?${tag}\b[^>]*>`, TAG], ...inner.rules] },
];
const html: Language = {
  anyCase: true,
  rules: [
    ["comment", `<!--[^]*?(?:-->|${END})`],
    embedded("script", javascript),
    embedded("style", css),
    ["", raw`<[/!?]?[a-z][^<>]*>?`, TAG],
    ["literal", raw`&#?\w+;`],
  ],
};

export const LANGUAGES: Readonly<Record<string, Language>> = {
  javascript,
  css,
  html,
  bash: language(
    `${EVERYWHERE} then fi elif done esac function until local export echo cd exit source set unset readonly`,
    HASH,
    DOUBLE,
    ["string", "'[^']*'?"],
    ["variable", raw`\$\{[^}\n]*\}|\$\w+`],
  ),
  cpp: language(
    `${CLASSES} struct union typedef template typename namespace using auto bool unsigned signed sizeof virtual constexpr operator inline extern nullptr delete goto friend volatile size_t std`,
    LINE,
    BLOCK,
    DOUBLE,
    SINGLE,
    ["meta", raw`^[ \t]*#[ \t]*\w+(?:[ \t]*<[^>\n]*>)?`],
  ),
  csharp: language(
    `${CLASSES} using namespace var string bool object decimal async await foreach get set init record struct ref out is as sealed virtual readonly internal partial yield where select from orderby lock delegate event params nameof`,
    LINE,
    BLOCK,
    ["string", raw`@"(?:""|[^"])*"?`],
    DOUBLE,
    SINGLE,
  ),
  diff: {
    rules: [
      ["meta", "^@@.*|^(?:diff|index|---|[+]{3}) .*"],
      ["addition", raw`^\+.*`],
      ["deletion", "^-.*"],
    ],
  },
  go: language(
    `${EVERYWHERE} func package import var const type struct interface map chan go defer select range fallthrough goto string int int64 float64 bool byte error any make len append`,
    LINE,
    BLOCK,
    DOUBLE,
    SINGLE,
    TICKED,
  ),
  java: language(
    `${CLASSES} package final boolean String throws synchronized instanceof var record sealed permits transient volatile native fun val when object data companion lateinit by open internal suspend`,
    LINE,
    BLOCK,
    ["string", `"""[^]*?(?:"""|${END})`],
    DOUBLE,
    SINGLE,
    AT,
  ),
  json: {
    rules: [["attr", raw`"(?:\\.|[^"\\\n])*"(?=\s*:)`], DOUBLE, LINE, BLOCK, NUMBER],
    names: true,
  },
  php: language(
    `${CLASSES} function echo fn use namespace foreach as array require include isset unset match trait readonly`,
    LINE,
    BLOCK,
    HASH,
    DOUBLE,
    SINGLE,
    ["variable", raw`\$\w+`],
    ["meta", raw`<\?php|\?>`],
  ),
  python: language(
    `${EVERYWHERE} def class lambda elif try except finally raise with as import from pass yield global nonlocal del assert async await not and or is match print`,
    ["comment", "#.*"],
    ["string", `[rbfuRBFU]{0,2}(?:"""[^]*?(?:"""|${END})|'''[^]*?(?:'''|${END}))`],
    ["string", `[rbfuRBFU]{0,2}${DOUBLE[1]}`],
    ["string", `[rbfuRBFU]{0,2}${SINGLE[1]}`],
    AT,
  ),
  ruby: language(
    `${EVERYWHERE} def end class module begin rescue ensure elsif unless until then yield require include attr_accessor attr_reader puts not and or when raise`,
    HASH,
    DOUBLE,
    SINGLE,
    ["symbol", raw`:\w+`],
    ["variable", raw`@{1,2}\w+`],
  ),
  rust: language(
    `${EVERYWHERE} fn let mut pub use mod struct enum impl trait match loop where as ref move dyn const static async await unsafe crate super type i32 i64 u8 u32 u64 usize f64 bool str`,
    LINE,
    BLOCK,
    ["meta", raw`#!?\[[^\]\n]*\]`],
    DOUBLE,
    ["string", raw`'(?:\\[^']+|[^'\\\n])'`],
    ["built_in", raw`\b\w+!(?=[(\[{])`],
  ),
  sql: {
    ...language(
      "select from where and or not insert into values update set delete create table view index primary key foreign references join left right inner outer full cross on as group by order having limit offset distinct union all case when then else end is in like between exists alter drop add column default constraint unique with over partition begin commit rollback asc desc integer int text varchar boolean timestamp date numeric returning",
      ["comment", "--.*"],
      BLOCK,
      ["string", "'(?:''|[^'])*'?"],
    ),
    anyCase: true,
  },
  swift: language(
    `${CLASSES} func let var guard struct protocol extension init deinit self where as is inout throws async await some any mutating lazy weak defer repeat`,
    LINE,
    BLOCK,
    DOUBLE,
    AT,
  ),
  yaml: {
    rules: [
      HASH,
      ["attr", raw`^[ \t]*(?:- +)*[\w./"'-]+(?= *[:=](?:\s|$))`],
      ["section", raw`^\[.*\]`],
      DOUBLE,
      SINGLE,
      ["variable", raw`[&*]\w+`],
      NUMBER,
    ],
    names: true,
  },
};

/** Other names of them. */
export const ALIASES: Readonly<Record<string, string>> = {
  ...{ js: "javascript", jsx: "javascript", mjs: "javascript", ts: "javascript" },
  ...{ tsx: "javascript", typescript: "javascript", node: "javascript" },
  ...{ sh: "bash", shell: "bash", zsh: "bash", console: "bash", dockerfile: "bash" },
  ...{ c: "cpp", h: "cpp", "c++": "cpp", cc: "cpp", hpp: "cpp", arduino: "cpp" },
  ...{ cs: "csharp", "c#": "csharp", patch: "diff", golang: "go", kotlin: "java", kt: "java" },
  ...{ scala: "java", dart: "java", jsonc: "json", py: "python", rb: "ruby", rs: "rust" },
  ...{ postgresql: "sql", mysql: "sql", sqlite: "sql", yml: "yaml", toml: "yaml", ini: "yaml" },
  ...{ xml: "html", svg: "html", vue: "html", svelte: "html", scss: "css", less: "css" },
};
