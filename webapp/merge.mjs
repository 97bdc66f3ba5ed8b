// Puts the chunks that esbuild splits off, because several scripts share them, into the scripts that
// always need them: the page would ask for both anyway. Other scripts then import from there, so all
// of them take one hash, that of the whole.
import { createHash } from "node:crypto";
import esbuild from "esbuild";

/**
 * A page's files, `{name, contents, logical, imports, exports, sources}`, with each chunk inside of
 * the first of `owners` that imports it.
 */
export async function merge(files, owners, options) {
  const of = new Map(files.map((file) => [file.name, file]));
  const homes = new Map();
  for (const logical of owners) {
    const owner = files.find((file) => file.logical === logical);
    for (const chunk of owner ? imported(owner, of) : []) {
      if (!homes.has(chunk.name)) homes.set(chunk.name, owner);
    }
  }
  const scripts = files.filter(({ name }) => name.endsWith(".js") && !homes.has(name));
  const context = { of, homes, options };
  const joined = await Promise.all(scripts.map((script) => join(script, context)));
  return [...renamed(joined), ...files.filter(({ name }) => !name.endsWith(".js"))];
}

/** The chunks that a script needs at once, theirs included. */
function imported({ imports }, of, found = new Set()) {
  for (const name of imports) {
    const file = of.get(name);
    if (!file || found.has(file)) continue;
    found.add(file);
    imported(file, of, found);
  }
  return found;
}

/** A script with its own chunks inside, exporting what others need of them. */
async function join(script, { of, homes, options }) {
  const inside = [...homes.keys()].filter((name) => homes.get(name) === script);
  const all = [...homes.keys()];
  /** Chunks' export names are one or two letters each: a number tells equal ones apart. */
  const alias = (chunk, name) => `${name}_${all.indexOf(chunk)}`;
  const renames = (chunk, rename) => of.get(chunk).exports.map(rename).join();
  const givenAway = (chunk) =>
    `export {${renames(chunk, (name) => `${name} as ${alias(chunk, name)}`)}} from "./${chunk}";`;
  const takenFrom = (home, chunk) =>
    `export {${renames(chunk, (name) => `${alias(chunk, name)} as ${name}`)}} from "./${home}";`;
  const contents = [`export * from "./${script.name}";`, ...inside.map(givenAway)].join("\n");
  const result = await esbuild.build({
    ...options,
    stdin: { contents },
    plugins: [
      {
        name: "built",
        setup(build) {
          build.onResolve({ filter: /^\.\// }, ({ path, kind }) => {
            const name = path.slice(2);
            const built = kind !== "dynamic-import" && (name === script.name || homes.has(name));
            return built ? { path: name, namespace: "built" } : { path, external: true };
          });
          build.onLoad({ filter: /./, namespace: "built" }, ({ path: name }) => ({
            contents:
              name === script.name || inside.includes(name)
                ? text(of.get(name))
                : takenFrom(homes.get(name).name, name),
          }));
        },
      },
    ],
  });
  const sources = [script, ...inside.map((name) => of.get(name))].flatMap((one) => one.sources);
  return { ...script, contents: result.outputFiles[0].contents, imports: [], sources };
}

/** All scripts under names with one hash, and telling each other those names. */
function renamed(scripts) {
  const whole = createHash("sha256");
  for (const { contents } of scripts) whole.update(contents);
  const hash = whole.digest("hex").slice(0, 8).toUpperCase();
  const names = new Map(
    scripts.map(({ name, logical }) => [name, logical.replace(".js", `-${hash}.js`)]),
  );
  return scripts.map((file) => {
    let contents = text(file);
    for (const [before, after] of names) contents = contents.replaceAll(before, after);
    return { ...file, name: names.get(file.name), contents: Buffer.from(contents) };
  });
}

const text = ({ contents }) => Buffer.from(contents).toString("utf8");
