import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { Owner } from '../../sdk/store/index.js';
import type { AttemptEnd, Phase } from '../runner/fleet.js';
import type { LossKind } from '../schedule/loss-schedule.js';
import type { Micros } from '../time.js';
import type { KillPoint } from './machine-messages.js';

export type ProcessIdentity = Pick<Owner, 'host' | 'pid' | 'processStart'>;

/** What became known of a machine: all that a controller acts on. */
export type LeaseEvent =
  | { readonly is: 'ready' }
  | { readonly is: 'joined'; readonly owner: string }
  | { readonly is: 'found'; readonly calls: readonly number[] }
  | { readonly is: 'enters'; readonly phase: Phase }
  | { readonly is: 'recorded'; readonly call: number }
  | { readonly is: 'adopted' }
  | { readonly is: 'ended'; readonly end: AttemptEnd }
  | { readonly is: 'reran'; readonly detail: string }
  | { readonly is: 'died' }
  | { readonly is: 'paused' }
  | { readonly is: 'resumed' }
  | { readonly is: 'lost' };

/** `lease` counts the machines of a batch in the order of their acquisition. */
export type LogEntry =
  | { readonly is: 'begun'; readonly origin: Micros }
  /** Another controller went on from here. */
  | { readonly is: 'restarted'; readonly at: Micros }
  | { readonly is: 'started'; readonly lease: number; readonly process: ProcessIdentity }
  | { readonly is: 'told'; readonly at: Micros; readonly lease: number; readonly event: LeaseEvent }
  | { readonly is: 'fired'; readonly at: Micros; readonly timer: number }
  /** Something of the schedule has met a machine. */
  | { readonly is: 'struck'; readonly lease: number; readonly kind: LossKind; readonly point: KillPoint | undefined }
  /** A machine that its dead controller had left behind was killed. */
  | { readonly is: 'orphan'; readonly lease: number };

/** What a controller has seen, in order: written down before it is acted on, so that another one can take the batch over. */
export class ControllerLog {
  readonly #file: number;

  private constructor(file: number) {
    this.#file = file;
  }

  /** The log, and what is in it already. */
  static open(path: string): { readonly log: ControllerLog; readonly entries: readonly LogEntry[] } {
    const file = openSync(path, 'a+');
    const text = readFileSync(path, 'utf8');
    // The last line was being written when the controller died: it was not acted on.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    ftruncateSync(file, Buffer.byteLength(whole));
    return { log: new ControllerLog(file), entries: parse(whole) };
  }

  static read(path: string): readonly LogEntry[] {
    const text = readFileSync(path, 'utf8');
    return parse(text.slice(0, text.lastIndexOf('\n') + 1));
  }

  append(entry: LogEntry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

const parse = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogEntry);
