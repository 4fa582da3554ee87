import { describe, expect, it } from 'vitest';
import { pipelineWorkload } from '../../colony/job/colony-job.js';
import { protocolOf, type ProtocolOptions } from '../../colony/protocol.js';
import { idealSpan, lengthOf, type Workload } from '../../colony/workload.js';

const stage = { method: 'work', seconds: 10 };
const workload: Workload = { jobs: 1, prepareSeconds: 0, stages: [stage] };

describe('protocolOf', () => {
  it('knows the usual', () => {
    const { horizon, budgetUsd, delays, slots, retries } = protocolOf(pipelineWorkload);
    expect([slots, retries, delays.detect, delays.provision]).toEqual([5, 3, 30e6, 120e6]);
    expect([lengthOf(pipelineWorkload), horizon]).toEqual([1680e6, 6 * 4 * 1680e6]);
    expect(budgetUsd).toBeCloseTo(10 * 20 * ((120 + 2 + 1680 + 8 * 0.5) / 3600) * 3);
  });

  it('leaves time for one job at least, however short it is and however long a machine takes', () => {
    expect(protocolOf(workload).horizon).toBe(6 * (120 + 2 + 10 + 0.5) * 1e6);
  });

  it.each<[ProtocolOptions, RegExp]>([
    [{ slots: 0 }, /^slots must be a whole number of 1 or more, not 0/],
    [{ slots: 1.5 }, /^slots .*1\.5/],
    [{ retries: -1 }, /^retries must be a whole number of 0 or more, not -1/],
    [{ retries: 2.5 }, /^retries .*2\.5/],
    [{ delaySeconds: { detect: Number.NaN } }, /^detect must be a number of 0 or more, not NaN/],
    [{ delaySeconds: { provision: Infinity } }, /^provision .*Infinity/],
    [{ pricesPerHour: { spot: -1 } }, /^spot .*-1/],
    [{ horizonFactor: 0 }, /^horizonFactor must be a number of 1 or more, not 0: in less/],
    [{ horizonFactor: Number.NaN }, /^horizonFactor .*NaN/],
    [{ budgetUsd: -5 }, /^budgetUsd .*-5/],
  ])('refuses %j', (options, message) => {
    expect(() => protocolOf(workload, options)).toThrow(expect.objectContaining({ code: 'DF_INVALID_INPUT', message: expect.stringMatching(message) as string }));
  }); // prettier-ignore

  it.each<[Partial<Workload>, RegExp]>([
    [{ jobs: 0 }, /^jobs must be a whole number of 1 or more/],
    [{ prepareSeconds: -1 }, /^prepareSeconds/],
    [{ stages: [] }, /^the stages of a job must take some time; give each its seconds/],
    [{ stages: [{ ...stage, seconds: -1 }] }, /^the seconds of work must be a number of 0 or more, not -1/],
    [{ stages: [{ ...stage, calls: 0 }] }, /^the calls of work must be a whole number of 1 or more, not 0/],
    [{ stages: [{ ...stage, calls: 1.5 }] }, /^the calls of work/],
    [{ stages: [stage, stage] }, /^work stands in the workload twice; name it once, with its calls/],
  ])('refuses a workload with %j', (over, message) => {
    expect(() => protocolOf({ ...workload, ...over })).toThrow(expect.objectContaining({ code: 'DF_INVALID_INPUT', message: expect.stringMatching(message) as string }));
  }); // prettier-ignore
});

describe('a workload', () => {
  it('is as long as machines take for it, each stage rounded by itself', () => {
    expect(lengthOf({ ...workload, stages: [{ method: 'work', seconds: 1 / 3, calls: 3 }] })).toBe(999_999);
    expect(idealSpan({ ...workload, jobs: 7 }, 2)).toBe(35e6);
  });
});
