import { describe, expect, it } from 'vitest';
import { BatchAccount } from '../../../colony/measures/batch-account.js';
import { JobAccount } from '../../../colony/measures/job-account.js';
import { LeaseAccount } from '../../../colony/measures/lease-account.js';
import { micros } from '../../../colony/time.js';
import { destroy, pause, smallSim } from '../small-sim.js';

/** Stages of 20 µs; a machine is acquired when it gets the job. */
function books() {
  const batch = new BatchAccount();
  const job = new JobAccount('job-1', batch);
  const machine = (at: number) => {
    const lease = new LeaseAccount(0, at, batch, false);
    lease.assigned('job-1', job, at);
    return lease;
  };
  return { batch, job, machine };
}

describe('JobAccount', () => {
  it('counts work as useful when the job is done, and what was not on record at a loss as lost', () => {
    const { batch, job, machine } = books();
    const first = machine(0);
    first.enters('work', 0);
    first.enters('checkpoint', 20);
    job.recorded();
    first.enters('work', 20);
    first.losesJob(32);
    const second = machine(50);
    second.enters('work', 50);
    second.enters('checkpoint', 70);
    job.recorded();
    job.done();
    expect(batch.billed).toMatchObject({ useful: 40, lost: 12 });
    expect(job.recoveries).toEqual([{ job: 'job-1', slot: 0, at: 32, lostWork: 12, detect: undefined, recover: 18, regain: 30 }]);
  });

  it('takes what is found outside for the work of the machine that finished it, though another one was lost over it in between', () => {
    const { batch, job, machine } = books();
    const still = machine(0);
    still.enters('work', 0);
    still.paused(10);
    still.losesJob(40);
    job.noticed(40);
    const second = machine(40);
    second.enters('work', 40);
    second.losesJob(45);
    second.close(45, 'destroyed');
    job.noticed(46);
    still.resumed(50);
    still.enters('checkpoint', 60);
    const third = machine(61);
    job.adopted();
    job.recorded();
    third.enters('work', 62);
    third.enters('checkpoint', 82);
    job.recorded();
    job.done();
    for (const lease of [still, third]) lease.close(82, 'released');
    // Twice 20 are useful: of the machine that stood still for 40, and of the third; the 5 of the second came to nothing.
    expect(batch.billed).toMatchObject({ useful: 40, lost: 40 + 5 });
    expect(job.recoveries).toEqual([
      { job: 'job-1', slot: 0, at: 10, lostWork: 0, detect: 30, recover: 30, regain: 52 },
      { job: 'job-1', slot: 0, at: 45, lostWork: 5, detect: 1, recover: 17, regain: 17 },
    ]);
  });

  it('puts everything down to the loss if the job is given up', () => {
    const { batch, job, machine } = books();
    const lease = machine(0);
    lease.enters('prepare', 0);
    lease.enters('work', 5);
    lease.enters('checkpoint', 25);
    job.recorded();
    lease.enters('work', 25);
    lease.leaves(30);
    job.givenUp();
    expect(batch.billed).toMatchObject({ useful: 0, lost: 30 });
  });
});

describe('a loss in a batch', () => {
  const timing = { delaySeconds: { detect: 30, provision: 100, restore: 0, checkpoint: 0 }, slots: 1 };

  it('is known as long after the machine fell silent as detection takes, whether it is gone, stands still, or both', async () => {
    const events = [destroy(200), pause(600, 90), pause(1000, 20), destroy(1010)];
    const { run } = await smallSim('durable', { ...timing, events });
    expect(run.recoveries.slice(0, 3).map(({ at, detect }) => [at, detect])).toEqual([
      [micros(200), micros(30)],
      [micros(600), micros(30)],
      [micros(1000), micros(30)],
    ]);
    expect(run.recoveries[0]!.recover).toBe(micros(30 + 100 + 60));
  });

  it('that nobody noticed before the batch was over has no time of detection', async () => {
    const { protocol } = await smallSim('durable', { ...timing, events: [] });
    const events = [destroy(protocol.horizon / 1e6 - 10)];
    const { run } = await smallSim('scratch', { ...timing, events: [...everyHalfHour(protocol.horizon / 1e6), ...events] });
    expect(run.recoveries.at(-1)).toMatchObject({ detect: undefined, recover: undefined, regain: undefined });
    expect(run.recoveries.every(({ detect }, index) => detect !== undefined || index === run.recoveries.length - 1)).toBe(true);
  });
});

/** Too often for a job to be done from scratch. */
const everyHalfHour = (end: number) => Array.from({ length: Math.floor(end / 1500) }, (_, index) => destroy(1500 * (index + 1) - 700));
