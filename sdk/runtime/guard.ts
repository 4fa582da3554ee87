import { currentScope } from '../definition/current-run.js';
import { DurableFlowError } from '../errors/index.js';
import { authorLine } from './author-line.js';
import { Execution } from './execution.js';
import { guardGlobals, type OnCall } from './guarded-globals.js';

let holders = 0;
let takeAway: (() => void) | undefined;

/** Puts the guard up for as long as anybody holds it. Returns the function that lets go of it. */
export function holdGuard(): () => void {
  if (holders++ === 0) takeAway = guardGlobals(check);
  let held = true;
  return () => {
    if (held && --holders === 0) takeAway?.();
    held = false;
  };
}

/** Places that there has been a warning about. */
const told = new Set<string>();

const check: OnCall = (call, instead, below) => {
  const scope = currentScope.getStore();
  if (!(scope instanceof Execution)) return;
  const { ports, subject } = scope.writer;
  const at = ports.guard === 'off' ? undefined : authorLine(below);
  if (at === undefined) return;
  const what = `run() of workflow "${subject.workflow}" called ${call} at ${at}, which a replay would answer differently. Use ${instead}`;
  const error = new DurableFlowError('DF_NONDETERMINISTIC', what, { details: { call, at } });
  // Sinks and listeners are no part of the run.
  currentScope.run(undefined, () => {
    ports.telemetry.emit('guard.violation', subject, { call, at });
    if (ports.guard === 'error' || told.has(at)) return;
    told.add(at);
    process.emitWarning(error.message, { type: 'DurableFlowWarning', code: error.code });
  });
  if (ports.guard === 'error') throw error;
};
