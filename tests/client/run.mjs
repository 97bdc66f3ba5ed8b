// Runs the client's tests with Node's own test runner: bundles every *.test.ts(x) below this
// folder (or those whose path holds one of the arguments) and hands them to `node --test`.
import { spawn } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const webapp = join(here, "../../webapp");
// Beside node_modules, so that what is not bundled is found; Node finds no tests inside of it.
const out = join(webapp, ".tests", String(process.pid));
const esbuild = createRequire(join(webapp, "package.json"))("esbuild");

const wanted = process.argv.slice(2);
const tests = readdirSync(here, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.test\.tsx?$/.test(path))
  .filter((path) => wanted.length === 0 || wanted.some((part) => path.includes(part)))
  .sort();
if (tests.length === 0) {
  console.error(`No client test matches: ${wanted.join(" ") || "*"}`);
  process.exit(5);
}

await esbuild.build({
  absWorkingDir: webapp,
  entryPoints: tests.map((path) => join(here, path)),
  outbase: here,
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Too much of a browser to be bundled; found from the output's folder.
  external: ["happy-dom", "fast-check", "axe-core"],
  nodePaths: [join(webapp, "node_modules")],
  // The type checker's `paths` are not for bundling.
  tsconfigRaw: {},
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".css": "empty" },
  define: {
    CODE_WORKER: '"code-worker.js"',
    MATH_WORKER: '"math-worker.js"',
    DEFERRED_STYLES: '"deferred.css"',
    ROOT_FOLDER: JSON.stringify(join(here, "../..")),
  },
  sourcemap: "inline",
  logLevel: "warning",
});

const files = tests.map((path) => relative(webapp, join(out, path.replace(/\.tsx?$/, ".mjs"))));
const runner = spawn(
  process.execPath,
  [
    "--enable-source-maps",
    "--test",
    "--test-reporter=spec",
    "--test-concurrency=2",
    "--test-timeout=600000",
    ...files,
  ],
  { cwd: webapp, stdio: "inherit" },
);
runner.on("exit", (code) => {
  rmSync(out, { recursive: true, force: true });
  process.exit(code ?? 1);
});
