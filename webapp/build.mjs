// Bundles the client into dist/: content-hashed names, a manifest from plain names to hashed
// ones, and a .br next to each text file. Nothing is written until every bundle has succeeded,
// so that a broken source leaves the last good build being served.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompressSync, constants } from "node:zlib";
import esbuild from "esbuild";
import { merge } from "./merge.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");
const terser = join(here, "node_modules/terser/bin/terser");

/**
 * Marked's file ends by making its default instance, which keeps its whole HTML renderer alive.
 * Only the lexer is used here: without those last lines the rest falls away (3 kB brotli).
 */
const lexerOfMarked = {
  name: "lexer-of-marked",
  setup(build) {
    build.onLoad({ filter: /marked[\\/]lib[\\/]marked\.esm\.js$/ }, ({ path }) => {
      const source = readFileSync(path, "utf8");
      const names = ["Lexer", "Tokenizer"].map(
        (name) => source.match(`[{,]([\\w$]+) as ${name}[,}]`)?.[1],
      );
      const end = source.search(/;var [\w$]+=new [\w$]+;function [\w$]+\(\w,\w\)\{return/);
      if (end < 0 || names.includes(undefined)) {
        return { errors: [{ text: "marked's file has another shape now: see lexerOfMarked" }] };
      }
      const [lexer, tokenizer] = names;
      return {
        contents: `${source.slice(0, end)};export{${lexer} as Lexer,${tokenizer} as Tokenizer};`,
      };
    });
  },
};

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  outdir: dist,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  jsx: "automatic",
  jsxImportSource: "preact",
  // The type checker's `paths` would bypass the packages' `exports` and resolve to their old builds.
  tsconfigRaw: {},
  // The features of Telegram's oldest supported web views.
  target: ["chrome94", "safari15.4", "firefox93"],
  plugins: [lexerOfMarked],
  legalComments: "none",
  logLevel: "warning",
};

/**
 * Bundles one entry; returns its files as {name, contents, logical}, for scripts with `imports`,
 * the names of those that they import at once, `exports`, and `sources`, the paths they were made
 * from.
 */
async function bundle(entry, options) {
  const source = typeof entry === "string" ? entry : entry.in;
  if (!existsSync(join(here, source))) return [];
  const result = await esbuild.build({ ...common, ...options, entryPoints: [entry] });
  return result.outputFiles.map((file) => {
    const name = basename(file.path);
    const found = Object.entries(result.metafile.outputs).find(([path]) => basename(path) === name);
    const imports = (found?.[1].imports ?? [])
      .filter(({ kind, external }) => kind === "import-statement" && !external)
      .map(({ path }) => basename(path));
    const logical = name.replace(/-[A-Z0-9]{8}(?=\.)/, "");
    const sources = Object.keys(found?.[1].inputs ?? {});
    const exports = found?.[1].exports ?? [];
    return { name, contents: file.contents, logical, imports, exports, sources };
  });
}

/**
 * The catalogue keys, or their beginnings, that the first screen's sources name: the server puts
 * only those texts into the page, and the others come with the rest of the code.
 */
function firstTexts(files) {
  const app = files.find(({ logical }) => logical === "app.js");
  const own = (app?.sources ?? []).filter((path) => path.startsWith("src/"));
  const keys = own.flatMap((path) => {
    const found = readFileSync(join(here, path), "utf8").matchAll(
      /["'`]((?:app|error)\.\w[\w.]*)/g,
    );
    return [...found].map(([, key]) => key);
  });
  return [...new Set(keys)].sort();
}

const page = { format: "esm", splitting: true };
/** Workers, and the pages that few people have. `critical.css` is in the page. */
const ON_DEMAND = /^(critical|code-worker|math-worker|console|business)\./;
const watches = process.argv.includes("--watch");

async function build() {
  // Built first: the app must know their hashed names.
  const [code, math] = await Promise.all(
    ["code-worker", "math-worker"].map((out) =>
      bundle({ in: `src/workers/${out}.ts`, out }, { format: "iife" }),
    ),
  );
  const styles = await bundle({ in: "src/styles/deferred.css", out: "deferred" }, {});
  const define = {
    CODE_WORKER: JSON.stringify(code[0]?.name ?? ""),
    MATH_WORKER: JSON.stringify(math[0]?.name ?? ""),
    DEFERRED_STYLES: JSON.stringify(styles[0]?.name ?? ""),
  };
  const app = await bundle({ in: "src/main.tsx", out: "app" }, { ...page, define });
  const files = [
    ...code,
    ...math,
    ...styles,
    ...(await merge(app, ["app.js", "deferred.js"], { ...common, ...page })),
    ...(await bundle({ in: "src/styles/critical.css", out: "critical" }, {})),
  ];
  files.push(...(await serviceWorker(files)));
  const short = await Promise.all(files.map(shortened));
  const shown = short.map((file) => ({ ...file, compressed: compress(file.contents) }));
  write(shown);
  return shown;
}

/**
 * Terser looks further than the bundler's own minifier, which is ten times as fast: 3 % of the
 * compressed size. Each file has a process of its own, so that they are shortened beside each
 * other. A file keeps its name, which says what it does.
 */
async function shortened(file) {
  if (watches || !file.name.endsWith(".js")) return file;
  const kind = /worker/.test(file.logical) ? [] : ["--module"];
  const options = [
    "--ecma",
    "2021",
    "--compress",
    "passes=2,unsafe_arrows=true",
    "--mangle",
    ...kind,
  ];
  const working = promisify(execFile)(process.execPath, [terser, ...options], {
    encoding: "buffer",
    maxBuffer: 2 * file.contents.length,
  });
  working.child.stdin.end(file.contents);
  return { ...file, contents: (await working).stdout };
}

/** What it caches from the start: all but what is fetched on demand. */
function serviceWorker(files) {
  const shell = files.filter(({ logical }) => !ON_DEMAND.test(logical));
  const addresses = shell.map(({ name }) => `/static/${name}`).sort();
  const options = { format: "iife", define: { SHELL_FILES: JSON.stringify(addresses) } };
  return bundle({ in: "src/workers/service-worker.ts", out: "service-worker" }, options);
}

function write(files) {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const manifest = {};
  for (const file of files) {
    // Chunks with the same esbuild name are distinguished by their full name.
    const logical = file.logical in manifest ? file.name : file.logical;
    manifest[logical] = file.name;
    // The files that a script imports at once, for its page to ask for together.
    if (file.imports.length) manifest[`${logical} imports`] = file.imports.join(" ");
    writeFileSync(join(dist, file.name), file.contents);
    writeFileSync(join(dist, `${file.name}.br`), file.compressed);
  }
  writeJson("manifest.json", manifest);
  writeJson("texts.json", firstTexts(files));
}

const writeJson = (name, value) =>
  writeFileSync(join(dist, name), `${JSON.stringify(value, null, 2)}\n`);

function compress(contents) {
  return brotliCompressSync(contents, {
    params: { [constants.BROTLI_PARAM_SIZE_HINT]: contents.length },
  });
}

function report(files) {
  const kb = (bytes) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`;
  for (const { name, contents, compressed } of files) {
    console.log(`  ${name.padEnd(30)}${kb(contents.length)}${kb(compressed.length)} brotli`);
  }
}

/** Rebuilds when a source changes; one rebuild for a burst of saves. */
async function watch() {
  const { watch: watchFolder } = await import("node:fs");
  let timer;
  const rebuild = () => build().then(report, () => undefined);
  watchFolder(join(here, "src"), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(rebuild, 100);
  });
  await rebuild();
}

if (watches) {
  await watch();
} else {
  report(await build().catch(() => process.exit(1)));
}
