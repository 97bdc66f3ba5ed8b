// Reading and showing a run as it is written.

export { readRun, type RunReading } from "./reader.ts";
export { prefersReducedMotion, Smoother } from "./smooth.ts";
export type { EndEvent, Numbered, StartEvent, StreamEvent } from "./events.ts";
