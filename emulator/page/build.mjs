// Bundles the page into ../telegram_emulator/static: emulator.js and emulator.css. Nothing is
// written until the bundle has succeeded, so an error in the source keeps the last good build.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const outdir = join(here, "../telegram_emulator/static");

const options = {
  absWorkingDir: here,
  entryPoints: [{ in: "src/main.tsx", out: "emulator" }],
  outdir,
  bundle: true,
  minify: true,
  write: false,
  format: "esm",
  jsx: "automatic",
  jsxImportSource: "preact",
  target: ["chrome110", "safari16.4", "firefox110"],
  legalComments: "none",
  logLevel: "warning",
};

/** Replaces the files of the last build. */
function write({ outputFiles }) {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  for (const { path, contents } of outputFiles) {
    writeFileSync(path, contents);
    console.log(
      `  ${path.slice(outdir.length + 1).padEnd(16)}${(contents.length / 1000).toFixed(1).padStart(7)} kB`,
    );
  }
}

if (process.argv.includes("--watch")) {
  const writer = {
    name: "writer",
    setup: (build) => build.onEnd((result) => void (result.errors.length || write(result))),
  };
  await (await esbuild.context({ ...options, plugins: [writer] })).watch();
} else {
  write(await esbuild.build(options).catch(() => process.exit(1)));
}
