import { decode, encode, type JournalRecord } from '../journal/index.js';
import type { EndedStatus } from '../store/index.js';
import type { Call, Outcome } from './call.js';

/** How a run will end, or has ended. */
export interface Ending {
  readonly status: EndedStatus;
  readonly outcome: string;
}

/** The record that marks the moment at which a run with steps to undo was stopped from outside. */
const name = 'stopped';

/** A step may have the same name, but every call of a method has a digest. */
export const isStopMark = (call: { readonly name: string; readonly digest: string }): boolean => call.name === name && call.digest === '';

/** The mark, ready to be recorded as a call of its own. */
export function stopMark(index: number, ending: Ending): [Call, Exclude<Outcome, { kind: 'committed' }>] {
  return [
    { index, name, encodedArgs: '', digest: '' },
    { kind: 'threw', value: encode(ending, name), attempts: 0 },
  ];
}

/** How the run was to end, by its mark. */
export const endingOf = (mark: JournalRecord): Ending => decode(mark.value) as Ending;
