import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beginRunFile } from './begin-run.js';

/** Deeper than the synchronous part of any workflow that a person wrote. */
const maxFrames = 50;

const engineFolder = fileURLToPath(new URL('../', import.meta.url));
const entry = fileURLToPath(beginRunFile);

/**
 * The `file:line:column` of the workflow's author that called the function `below`. Undefined if the call is not the
 * workflow's: it comes from a library, from Node, from the engine, or from a function that the engine called, such as a sink.
 */
export function authorLine(below: (...args: never[]) => unknown): string | undefined {
  let line: string | undefined;
  for (const frame of framesAbove(below)) {
    const file = fileOf(frame);
    // Built-in functions, such as Array.map, only pass the call on.
    if (file === undefined) continue;
    if (line === undefined) {
      if (isForeign(file)) return undefined;
      line = frame.replace(/^file:\/\/.*(?=:\d+:\d+$)/, file);
    } else if (file === entry) return line;
    else if (file.startsWith(engineFolder)) return undefined;
  }
  return line;
}

const isForeign = (file: string) => file.startsWith('node:') || file.startsWith(engineFolder) || file.includes(`${sep}node_modules${sep}`);

/** The places of the synchronous part of the stack, from the innermost. */
function framesAbove(below: (...args: never[]) => unknown): string[] {
  const holder: { stack?: unknown } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = maxFrames;
  Error.captureStackTrace(holder, below);
  // Formatted when it is first read. As text, because then source maps have been applied to it.
  const { stack } = holder;
  Error.stackTraceLimit = limit;
  if (typeof stack !== 'string') return [];
  const frames = stack.split('\n').filter((text) => /^ +at /.test(text));
  const resumed = frames.findIndex((text) => /^ +at async /.test(text));
  return (resumed < 0 ? frames : frames.slice(0, resumed)).map((text) => /\((.*)\)$/.exec(text)?.[1] ?? text.replace(/^ +at /, ''));
}

function fileOf(frame: string): string | undefined {
  const place = /^((?:file:|node:|\/|[A-Za-z]:[\\/]).*):\d+:\d+$/.exec(frame)?.[1]?.replace(/\?.*$/, '');
  return place?.startsWith('file:') ? fileURLToPath(place) : place;
}
