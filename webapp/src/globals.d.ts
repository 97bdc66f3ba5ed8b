// Names that the build replaces by values.

/** The workers' hashed file names, beside the bundles. */
declare const CODE_WORKER: string;
declare const MATH_WORKER: string;
/** The hashed name of the style sheet that loads after the first screen. */
declare const DEFERRED_STYLES: string;
/** The addresses of the files that make up the app's shell; in the service worker only. */
declare const SHELL_FILES: readonly string[];
/** The repository's folder; in tests only. */
declare const ROOT_FOLDER: string;

/** Trusted Types, as far as they are used here; browsers without them lack the property. */
interface Window {
  readonly trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL(input: string): string },
    ): { createScriptURL(input: string): string };
  };
}

declare module "*.css";

// Temml's sources have no types.
declare module "temml/src/Settings.js" {
  export default class Settings {
    constructor(options: object);
    maxSize: number[];
  }
}
declare module "temml/src/Style.js" {
  export default class Style {
    constructor(options: { level: number; maxSize: number[] });
  }
}
declare module "temml/src/parseTree.js" {
  export default function parseTree(tex: string, settings: object): unknown;
}
declare module "temml/src/buildMathML.js" {
  export default function buildMathML(
    tree: unknown,
    tex: string,
    style: object,
    settings: object,
  ): unknown;
}
