import { Cron } from 'croner';
import { DurableFlowError } from '../errors/index.js';
import type { ScheduleRecord } from '../store/index.js';
import type { EnginePorts } from './call-host.js';
import type { RunStarter } from './run-starter.js';
import type { WorkflowRegistry } from './workflow-registry.js';

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
      const run = this.#starter.prepare(registration, { id, encodedInput: schedule.input, inputDigest: schedule.inputDigest });
      if (await store.fire(schedule, run, nextAt)) {
        telemetry.emit('schedule.fired', { id, workflow: schedule.workflow }, { schedule: schedule.id, nextAt });
      }
    }
  }

  /** When the first schedule that is known here is due next. */
  nextAt(): number | undefined {
    const times = this.#ports.store
      .schedules()
      .flatMap(({ workflow, version, nextAt }) => (this.#registry.find(workflow, version) ? [nextAt] : []));
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
