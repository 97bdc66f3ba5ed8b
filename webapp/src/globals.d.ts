// Names that the build puts in place of their values.

/** The hashed file name of the worker, beside the bundles. */
declare const WORKER_FILE: string;
/** The repository's folder; in tests only. */
declare const ROOT_FOLDER: string;

declare module "*.css";

declare module "temml/temml.js" {
  import temml from "temml";
  export default temml;
}
