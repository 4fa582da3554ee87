import { Cron } from 'croner';
import { DurableFlowError } from '../errors/index.js';
import type { NewRun, ScheduleRecord } from '../store/index.js';
import type { EnginePorts } from './call-host.js';
import type { RunStarter } from './run-starter.js';
import type { Registration, WorkflowRegistry } from './workflow-registry.js';

/** Starts runs again and again, by cron expressions; each moment once, however many processes look at the clock. */
export class Schedules {
  readonly #ports: EnginePorts;
  readonly #registry: WorkflowRegistry;
  readonly #starter: RunStarter;

  constructor(ports: EnginePorts, registry: WorkflowRegistry, starter: RunStarter) {
    this.#ports = ports;
    this.#registry = registry;
    this.#starter = starter;
  }

  /** Fires what is due and known here; moments missed while no process was alive are made up for by one run. */
  async fireDue(): Promise<void> {
    const { store, clock, telemetry } = this.#ports;
    const now = clock.now();
    for (const schedule of store.schedules()) {
      const registration = this.#registry.find(schedule.workflow, schedule.version);
      if (schedule.nextAt > now || !registration) continue;
      const nextAt = nextMoment(schedule, now);
      const id = `${schedule.id}@${new Date(schedule.nextAt).toISOString()}`;
      const run = this.#prepare(schedule, registration, id);
      if (run && (await store.fire(schedule, run, nextAt))) {
        telemetry.emit('schedule.fired', { id, workflow: schedule.workflow }, { schedule: schedule.id, nextAt });
      }
    }
  }

  /** A schedule whose run cannot be made (its queue's key function throws) must not keep other runs from being found. */
  #prepare(schedule: ScheduleRecord, registration: Registration, id: string): NewRun | undefined {
    try {
      return this.#starter.prepare(registration, { id, encodedInput: schedule.input, inputDigest: schedule.inputDigest });
    } catch (error) {
      this.#ports.telemetry.emit('schedule.failed', { id, workflow: schedule.workflow }, { schedule: schedule.id, message: String(error) });
      return undefined;
    }
  }

  /** When the first schedule that is known here is due next. One that is overdue could not be fired, and waits for the next look. */
  nextAt(): number | undefined {
    const now = this.#ports.clock.now();
    const known = this.#ports.store.schedules().filter(({ workflow, version }) => this.#registry.find(workflow, version));
    const times = known.map(({ nextAt }) => nextAt).filter((at) => at > now);
    return times.length > 0 ? Math.min(...times) : undefined;
  }
}

/** The first moment of the schedule after `after`, in milliseconds since the epoch. Throws `DF_INVALID_INPUT` for a bad expression. */
export function nextMoment({ cron, timezone }: Pick<ScheduleRecord, 'cron' | 'timezone'>, after: number): number | undefined {
  try {
    return new Cron(cron, { paused: true, ...(timezone && { timezone }) }).nextRun(new Date(after))?.getTime();
  } catch (cause) {
    throw new DurableFlowError(
      'DF_INVALID_INPUT',
      `"${cron}"${timezone ? ` in time zone "${timezone}"` : ''} is not a cron expression: ${(cause as Error).message}`,
      { cause },
    );
  }
}
