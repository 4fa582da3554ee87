import { existsSync } from 'node:fs';
import type { batchFiles } from '../../../colony/real/batch-spec.js';
import { ControllerLog, type LogEntry } from '../../../colony/real/controller-log.js';
import { FileSink } from '../../../colony/real/file-sink.js';
import { monotonicMicros } from '../../../colony/real/monotonic-micros.js';
import { seconds, type Micros } from '../../../colony/time.js';

/** Something that happened to a machine, from 1, or that it did. */
export interface Moment {
  /** Since the batch began. */
  readonly seconds: number;
  readonly machine: number;
  readonly kind: 'plain' | 'again' | 'loss' | 'record';
  readonly what: string;
}

/** Reads what happens from the files that the processes leave behind: the controller's log, and the sink. */
export class Timeline {
  readonly #files: ReturnType<typeof batchFiles>;
  readonly #pids: number[] = [];
  readonly #delivered = new Set<string>();
  readonly #told = { log: 0, sink: 0 };
  #origin: Micros = 0;
  #works = new Set<number>();
  stagesBegun = 0;

  constructor(files: ReturnType<typeof batchFiles>) {
    this.#files = files;
  }

  /** What has happened since this was asked last. */
  news(): Moment[] {
    const entries = existsSync(this.#files.log) ? ControllerLog.read(this.#files.log).slice(this.#told.log) : [];
    const deliveries = new FileSink(this.#files.sink).deliveries().slice(this.#told.sink);
    this.#told.log += entries.length;
    this.#told.sink += deliveries.length;
    const told = entries.flatMap((entry) => this.#tell(entry));
    const now = seconds(monotonicMicros() - this.#origin);
    const arrived = deliveries.map(({ name, pid }): Moment => {
      const again = this.#delivered.has(name);
      this.#delivered.add(name);
      const machine = this.#pids.indexOf(pid) + 1;
      return { seconds: now, machine, kind: again ? 'again' : 'plain', what: `delivers ${name}${again ? ', which was there' : ''}` };
    });
    // Of what was found in one look, deliveries come before the end of the job.
    const end = told.findIndex(({ what }) => what.startsWith('is done'));
    return end < 0 ? [...told, ...arrived] : [...told.slice(0, end), ...arrived, ...told.slice(end)];
  }

  #tell(entry: LogEntry): Moment[] {
    const moment = (lease: number, what: string, at: Micros, kind: Moment['kind'] = 'plain'): Moment[] => [
      { seconds: seconds(at), machine: lease + 1, kind, what },
    ];
    if (entry.is === 'begun') this.#origin = entry.origin;
    else if (entry.is === 'started') {
      this.#pids[entry.lease] = entry.process.pid;
      return moment(entry.lease, `a process is started, pid ${entry.process.pid}`, monotonicMicros() - this.#origin);
    } else if (entry.is === 'told') {
      const { at, lease, event } = entry;
      if (event.is === 'ready') return moment(lease, 'is ready', at);
      if (event.is === 'found' && event.calls.length > 0)
        return moment(lease, `finds ${event.calls.length} stages on record, which are not done again`, at, 'record');
      if (event.is === 'enters' && event.phase === 'work') {
        this.stagesBegun++;
        if (this.#works.has(lease)) return [];
        this.#works.add(lease);
        return moment(lease, 'begins to work', at);
      }
      if (event.is === 'died') return moment(lease, `SIGKILL to process ${this.#pids[lease]}, in the middle of a stage`, at, 'loss');
      if (event.is === 'lost') return moment(lease, 'is known to be lost; the job goes to another machine', at);
      if (event.is === 'ended') return moment(lease, event.end.kind === 'done' ? 'is done with the job' : `ends: ${event.end.kind}`, at);
    }
    return [];
  }
}
