import { describe, expect, it } from 'vitest';
import { armOf, type ArmId } from '../../../colony/arm.js';
import { protocolOf, type ProtocolOptions } from '../../../colony/protocol.js';
import type { Assignment, MachineListener } from '../../../colony/runner/fleet.js';
import { Runner } from '../../../colony/runner/runner.js';
import { EventLoop } from '../../../colony/sim/event-loop.js';
import { micros } from '../../../colony/time.js';

interface FakeMachine {
  readonly slot: number;
  readonly listener: MachineListener;
  readonly given: Assignment[];
  isReleased: boolean;
}

/** A runner of jobs of 100 s, whose machines do what the test says. */
function runner(arm: ArmId, { jobs = 3, finished, ...options }: ProtocolOptions & { jobs?: number; finished?: Map<string, { digest: string; at: number }> } = {}) {
  const workload = { jobs, prepareSeconds: 0, stages: [{ method: 'work', seconds: 100 }] };
  const loop = new EventLoop();
  const machines: FakeMachine[] = [];
  let hasEnded = false;
  const it = new Runner({
    protocol: protocolOf(workload, { slots: 2, delaySeconds: { detect: 10, provision: 0, restore: 0, checkpoint: 0 }, ...options }),
    ...{ arm: armOf(arm), timer: loop, ...(finished && { finished }) },
    fleet: {
      acquire(slot, listener) {
        const machine: FakeMachine = { slot, listener, given: [], isReleased: false };
        machines.push(machine);
        return { assign: (assignment) => machine.given.push(assignment), release: () => (machine.isReleased = true) };
      },
    },
    onEnd: () => (hasEnded = true),
  });
  return { it, loop, machines, jobsOf: () => machines.map(({ given }) => given.map(({ job, attempt }) => `${job}/${attempt}`)), ended: () => hasEnded };
} // prettier-ignore

const done = { kind: 'done', digest: 'd' } as const;

describe('Runner', () => {
  it('hands a lost job out again before those that never ran', () => {
    const { it: it_, machines, jobsOf } = runner('durable');
    it_.start();
    machines[0]!.listener.ready();
    machines[1]!.listener.ready();
    machines[1]!.listener.died();
    expect(machines).toHaveLength(2);
    machines[1]!.listener.lost();
    expect(machines.map(({ slot }) => slot)).toEqual([0, 1, 1]);
    machines[0]!.listener.ended(done);
    machines[2]!.listener.ready();
    expect(jobsOf()).toEqual([['job-1/1', 'job-2/2'], ['job-2/1'], ['job-3/1']]);
  });

  it('acquires no machine that nobody needs, and gives it back when there is nothing left to do', () => {
    const { it: it_, machines, ended } = runner('durable', { jobs: 2 });
    it_.start();
    for (const { listener } of machines) listener.ready();
    machines[0]!.listener.ended(done);
    expect(machines[0]!.isReleased).toBe(true);
    machines[1]!.listener.died();
    machines[1]!.listener.lost();
    expect(machines).toHaveLength(3);
    machines[2]!.listener.ready();
    machines[2]!.listener.ended(done);
    expect([ended(), machines[2]!.isReleased, machines.length]).toEqual([true, true, 3]);
    expect(it_.leases.map(({ end }) => end)).toEqual(['released', 'destroyed', 'released']);
    expect(it_.results.map(({ attempts }) => attempts)).toEqual([1, 2]);
  });

  it('gives up after so many retries', () => {
    const { it: it_, machines, ended } = runner('durable_limited', { jobs: 1, retries: 1 });
    it_.start();
    for (let attempt = 0; attempt < 2; attempt++) {
      machines[attempt]!.listener.ready();
      machines[attempt]!.listener.died();
      machines[attempt]!.listener.lost();
    }
    expect([machines.length, ended(), it_.results[0]]).toEqual([2, true, { id: 'job-1', attempts: 2 }]);
  });

  it('ends everything at the horizon', async () => {
    const { it: it_, loop, machines, ended } = runner('durable', { jobs: 2, horizonFactor: 2 });
    it_.start();
    for (const { listener } of machines) listener.ready();
    machines[0]!.listener.enters('work');
    await loop.run();
    expect([loop.now(), it_.span, ended()]).toEqual([micros(200), micros(200), true]);
    expect(machines.every(({ isReleased }) => isReleased)).toBe(true);
    expect(it_.batch.billed).toMatchObject({ lost: micros(200), restore: micros(200), useful: 0 });
    expect(it_.batch.isComplete).toBe(true);
  });

  it('acquires nothing and says so if there is no money for a machine', () => {
    const { it: it_, machines, ended } = runner('durable', { budgetUsd: 0.01 });
    it_.start();
    expect([machines.length, ended(), it_.costUsd]).toEqual([0, true, 0]);
    for (const { failure } of it_.results) expect(failure).toMatch(/the budget of \$0\.01 does not cover a machine .*; raise budgetUsd/);
  });

  it('gives a machine back when there is no money to keep it any longer', async () => {
    // For 150 s of one machine.
    const { it: it_, loop, machines, ended } = runner('durable', { jobs: 1, budgetUsd: (1.2 * 150) / 3600 });
    it_.start();
    machines[0]!.listener.ready();
    await loop.run();
    expect([it_.span, machines[0]!.isReleased, ended()]).toEqual([micros(100), true, true]);
    expect(it_.results[0]!.failure).toMatch(/raise budgetUsd/);
    expect(it_.committedUsd).toBeCloseTo((1.2 * 100) / 3600);
  });

  it('tells a machine that was taken for lost to stop as soon as it is heard of, and takes nothing from it', async () => {
    const { it: it_, loop, machines, jobsOf } = runner('durable', { jobs: 1 });
    it_.start();
    machines[0]!.listener.ready();
    machines[0]!.listener.paused();
    machines[0]!.listener.lost();
    expect(machines[0]!.isReleased).toBe(false);
    machines[1]!.listener.ready();
    machines[0]!.listener.resumed();
    machines[0]!.listener.ended(done);
    expect([machines[0]!.isReleased, it_.results[0]!.doneAt]).toEqual([true, undefined]);
    machines[1]!.listener.ended(done);
    await loop.run();
    expect(jobsOf()).toEqual([['job-1/1'], ['job-1/2']]);
    expect(it_.violations).toEqual([]);
  });

  it('counts a job that waits for a person as an intervention, and a job that fails as a failure', () => {
    const { it: it_, machines, ended } = runner('durable', { jobs: 2 });
    it_.start();
    for (const { listener } of machines) listener.ready();
    machines[0]!.listener.ended({ kind: 'stuck', message: 'waits' });
    machines[1]!.listener.ended({ kind: 'failed', message: 'broke' });
    expect([it_.interventions, ended(), it_.results.map(({ failure }) => failure)]).toEqual([1, true, ['waits', 'broke']]);
  });

  it('does not do again what an earlier runner has finished', () => {
    const { it: it_, machines, jobsOf } = runner('durable', { jobs: 2, finished: new Map([['job-1', { digest: 'd', at: 7 }]]) });
    it_.start();
    expect(machines).toHaveLength(1);
    machines[0]!.listener.ready();
    expect(jobsOf()).toEqual([['job-2/1']]);
    expect(it_.results[0]).toMatchObject({ doneAt: 7, digest: 'd', attempts: 0 });
  });
});
