import { describe, expect, it } from 'vitest';
import { codeChangedUnderParkedRun } from '../../../readiness-suites/modes/code-changed-under-parked-run.js';
import { concurrentResume } from '../../../readiness-suites/modes/concurrent-resume.js';
import { diskFull } from '../../../readiness-suites/modes/disk-full.js';
import type { Mode } from '../../../readiness-suites/mode.js';
import type { ApprovalView } from '../../../sdk/flow/approval-view.js';
import { call, refund, sceneOf, seen } from '../hand-made.js';

const gate = { method: 'refund', args: ['c-7', 1200], digest: 'd-1', verdict: 'approved' };
const scene = sceneOf({ tools: [call(), refund()], gates: [gate] });

function variantOf(mode: Mode, id: string, of = scene) {
  const all = mode.variants(of);
  if ('none' in all) throw new Error(all.none);
  return all.find((it) => it.id === id)!;
}

const life = (exit: number | string = 0, killedAt?: string) => ({ exit, durationMs: 1, killedAt });
const record = (events: readonly { life: number; event: string; [field: string]: unknown }[]) => ({
  status: 'completed', error: undefined, steps: [], effects: [], finishedAtKill: [], events, telemetry: '', modelCalls: [],
}); // prettier-ignore

describe('code changed under a parked run', () => {
  it('lets the operator say yes once, after the release', () => {
    const { rounds } = variantOf(codeChangedUnderParkedRun, 'method-changed').plan('durable', 1);
    const asked = { ...gate, digest: 'd-1' } as unknown as ApprovalView;
    expect(rounds![0]!.approve!(asked)).toBe(false);
    expect([1, 2].map(() => rounds![1]!.approve!(asked))).toEqual([true, false]);
    expect(rounds![1]!.change).toEqual({ kind: 'method_changed', method: 'refund' });
  });

  it('passes what stops or asks again, and fails what acts on a yes to other code', () => {
    const changed = variantOf(codeChangedUnderParkedRun, 'method-changed');
    expect(changed.judge(seen({ end: 'parked', gates: [gate] })).passed).toBe(true);
    expect(changed.judge(seen({ end: 'diverged', gates: [gate], record: record([]) })).passed).toBe(true);
    expect(changed.judge(seen({ tools: [refund()], gates: [gate] })).reason).toBe('it acted with code that its operator had not agreed to');
    const bumped = variantOf(codeChangedUnderParkedRun, 'version-bumped');
    expect(bumped.judge(seen({ tools: [refund()], gates: [gate] })).reason).toBe('another version of the class went on with it');
  });

  it('fails a new step that was answered from the record of another', () => {
    const added = variantOf(codeChangedUnderParkedRun, 'step-added');
    expect(added.judge(seen({ tools: [refund()], gates: [gate], record: record([]) })).reason).toBe(
      'the new step was given what is on record of another one',
    );
  });

  it('fails a question that comes of a record read wrongly', () => {
    const wrong = seen({ end: 'parked', gates: [{ ...gate, args: [undefined, 1200] }] });
    expect(variantOf(codeChangedUnderParkedRun, 'step-added').judge(wrong).reason).toBe(
      'an operator was asked for refund(undefined, 1200), which comes of a record that does not fit the code',
    );
  });
});

describe('concurrent resume', () => {
  const twice = variantOf(concurrentResume, 'started-twice');
  const woken = variantOf(concurrentResume, 'woken-after-effect');

  it('begins two processes at once, and stops one in mid-effect', () => {
    expect(twice.plan('durable', 1).rounds).toEqual([{ processes: 2 }]);
    expect(woken.plan('naked', 1).kills).toMatchObject([{ strike: 'freeze', point: 'after_effect', life: 1 }]);
  });

  it('fails an effect that happened twice, and a step that two executed', () => {
    const lives = [life(), life()];
    expect(twice.judge(seen({ lives, tools: [refund(), refund()] })).reason).toContain('happened twice');
    const events = [1, 2].map((it) => ({ life: it, event: 'attempt.started', call: 0, method: 'findCustomer' }));
    expect(twice.judge(seen({ lives, tools: [refund()], record: record(events) })).reason).toBe(
      'findCustomer was executed by two processes',
    );
    expect(twice.judge(seen({ lives, tools: [refund()], record: record(events.slice(1)) })).passed).toBe(true);
    expect(twice.judge(seen({ lives: [life(70), life()], tools: [refund()] })).passed).toBe(false);
  });

  it('fails a process that wakes up and ends what another has ended', () => {
    const lives = [life(), life()];
    const ended = (...by: number[]) => record(by.map((it) => ({ life: it, event: 'run.ended' })));
    expect(woken.judge(seen({ lives, tools: [refund()], record: ended(2) })).passed).toBe(true);
    expect(woken.judge(seen({ lives, tools: [refund()], record: ended(2, 1) })).passed).toBe(false);
  });
});

describe.runIf('variants' in diskFull && !('none' in diskFull.variants(scene)))('disk full', () => {
  const full = () => variantOf(diskFull, 'before-commit');

  it('passes who stops, says so, and does the rest later', () => {
    const lives = [life(70), life()];
    expect(full().judge(seen({ lives, stderrs: ['Error code: DF_STORE_FULL', ''], tools: [refund()] })).passed).toBe(true);
    expect(full().judge(seen({ lives, stderrs: ['TypeError: x is undefined', ''], tools: [refund()] })).reason).toBe(
      'on a full disk it failed with something else: TypeError: x is undefined',
    );
  });

  it('fails who goes on as if nothing were wrong, hangs, or does it again', () => {
    expect(full().judge(seen({ tools: [refund()] })).reason).toContain('as if its record had been written');
    expect(full().judge(seen({ lives: [life('SIGKILL')], tools: [refund()] })).reason).toContain('hung');
    const again = seen({ lives: [life(70), life()], stderrs: ['DF_STORE_FULL'], tools: [refund(), refund()] });
    expect(full().judge(again).reason).toContain('happened twice');
  });
});
