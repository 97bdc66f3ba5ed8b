// Makes one file of an entry and the chunk that esbuild split from it because a lazy chunk needs
// it too: the page would always ask for both. The lazy chunks then import from the entry itself,
// so all of them take one hash, that of the whole.
import { createHash } from "node:crypto";
import esbuild from "esbuild";

/** The files of one page, `{name, contents, logical, imports}`, with entry and chunk made one. */
export async function merge(files, entryName, options) {
  const entry = files.find(({ logical }) => logical === entryName);
  // With several chunks their exports could clash; then the page asks for them apart.
  if (entry?.imports.length !== 1) return files;
  const chunk = files.find(({ name }) => name === entry.imports[0]);
  const sources = [...entry.sources, ...chunk.sources];
  const joined = { ...entry, contents: await join(entry, chunk, options), imports: [], sources };
  const others = files.filter((file) => file !== entry && file !== chunk);
  const scripts = [joined, ...others.filter(({ name }) => name.endsWith(".js"))];
  return [...renamed(scripts, chunk), ...others.filter(({ name }) => !name.endsWith(".js"))];
}

async function join(entry, chunk, options) {
  const inside = new Map([entry, chunk].map((file) => [`./${file.name}`, text(file)]));
  const result = await esbuild.build({
    ...options,
    stdin: { contents: `import "./${entry.name}"; export * from "./${chunk.name}";` },
    plugins: [
      {
        name: "built",
        setup(build) {
          build.onResolve({ filter: /^\.\// }, ({ path }) =>
            inside.has(path) ? { path, namespace: "built" } : { path, external: true },
          );
          build.onLoad({ filter: /./, namespace: "built" }, ({ path }) => ({
            contents: inside.get(path),
          }));
        },
      },
    ],
  });
  return result.outputFiles[0].contents;
}

/** All scripts under names with one hash, and telling each other those names. */
function renamed(scripts, chunk) {
  const whole = createHash("sha256");
  for (const { contents } of scripts) whole.update(contents);
  const hash = whole.digest("hex").slice(0, 8).toUpperCase();
  const names = new Map(
    scripts.map(({ name, logical }) => [name, logical.replace(".js", `-${hash}.js`)]),
  );
  names.set(chunk.name, names.get(scripts[0].name));
  return scripts.map((file) => {
    let contents = text(file);
    for (const [before, after] of names) contents = contents.replaceAll(before, after);
    return { ...file, name: names.get(file.name), contents: Buffer.from(contents), imports: [] };
  });
}

const text = ({ contents }) => Buffer.from(contents).toString("utf8");
