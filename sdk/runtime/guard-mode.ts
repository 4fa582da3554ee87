import { DurableFlowError } from '../errors/index.js';

/** What happens when `run()` asks the machine for something that a replay would answer differently. */
export type GuardMode = 'warn' | 'error' | 'off';

const modes: readonly unknown[] = ['warn', 'error', 'off'];

/** The mode that was asked for; if none was, development gets warnings and production nothing. */
export function guardMode(asked: GuardMode | undefined): GuardMode {
  if (asked === undefined) return process.env['NODE_ENV'] === 'production' ? 'off' : 'warn';
  if (modes.includes(asked)) return asked;
  throw new DurableFlowError('DF_INVALID_INPUT', `the option guard must be 'warn', 'error' or 'off', not ${asked}`);
}
