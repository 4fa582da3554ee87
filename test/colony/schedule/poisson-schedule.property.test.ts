import fc from 'fast-check';
import { mean } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { poissonSchedule, type PoissonOptions } from '../../../colony/schedule/poisson-schedule.js';
import { profileAt, profiles, profileSchedule } from '../../../colony/schedule/profiles.js';
import { hours, micros } from '../../../colony/time.js';
import { lengthOf, type Workload } from '../../../colony/workload.js';

const rate = fc.double({ min: 0, max: 40, noNaN: true });
const options: fc.Arbitrary<PoissonOptions> = fc.record({
  seed: fc.maxSafeNat(),
  slots: fc.integer({ min: 1, max: 6 }),
  horizon: fc.integer({ min: 1, max: micros(3600) }),
  rates: fc.record({ destroy: rate, pause: rate, notice: rate }),
  pauseSeconds: fc.double({ min: 0, max: 100, noNaN: true }),
  noticeSeconds: fc.double({ min: 0, max: 100, noNaN: true }),
});

describe('a Poisson schedule', () => {
  it('is the same for the same seed', () => {
    fc.assert(fc.property(options, (it) => poissonSchedule(it).hash === poissonSchedule(it).hash));
  });

  it('is another one for another seed', () => {
    const busy = { slots: 2, horizon: micros(3600), rates: { destroy: 20 } };
    fc.assert(
      fc.property(fc.uniqueArray(fc.maxSafeNat(), { minLength: 2, maxLength: 2 }), ([a, b]) => {
        expect(poissonSchedule({ ...busy, seed: a! }).hash).not.toBe(poissonSchedule({ ...busy, seed: b! }).hash);
      }),
    );
  });

  it('keeps the events of a slot when slots are added', () => {
    fc.assert(
      fc.property(options, (it) => {
        const more = poissonSchedule({ ...it, slots: it.slots + 1 });
        expect(more.events.filter(({ slot }) => slot < it.slots)).toEqual(poissonSchedule(it).events);
      }),
    );
  });

  it('keeps the losses when pauses are added, and what happened when the horizon moves on', () => {
    fc.assert(
      fc.property(options, (it) => {
        const { pause: _, ...without } = it.rates;
        const { events } = poissonSchedule(it);
        expect(events.filter(({ kind }) => kind !== 'pause')).toEqual(poissonSchedule({ ...it, rates: without }).events);
        const longer = poissonSchedule({ ...it, horizon: it.horizon * 2 });
        expect(longer.events.filter(({ at }) => at < it.horizon)).toEqual(events);
      }),
    );
  });

  it('lets no kind of event tell when another comes', () => {
    const rates = { destroy: 5, pause: 5, notice: 5 };
    const { events } = poissonSchedule({ seed: 1, slots: 3, horizon: micros(36_000), rates, noticeSeconds: 1 });
    expect(new Set(events.map(({ at }) => at)).size).toBe(events.length);
  });

  it('is in order, within the horizon, and has a destroy after each notice', () => {
    fc.assert(
      fc.property(options, (it) => {
        const { events, slots, horizon } = poissonSchedule(it);
        expect(events.every(({ at, slot }) => Number.isInteger(at) && at >= 0 && at < horizon && slot < slots)).toBe(true);
        expect(events.every((event, index) => index === 0 || events[index - 1]!.at <= event.at)).toBe(true);
        for (const { at, slot, lasts } of events.filter(({ kind }) => kind === 'notice')) {
          if (at + lasts >= horizon) continue;
          expect(events).toContainEqual({ at: at + lasts, slot, kind: 'destroy', lasts: 0 });
        }
      }),
    );
  });

  it('has as many events as its rates say, with gaps as they are in a Poisson process', () => {
    const [slots, span] = [50, 100];
    const { events } = poissonSchedule({ seed: 2026, slots, horizon: micros(span * 3600), rates: { destroy: 2, pause: 1 } });
    const destroyed = events.filter(({ kind }) => kind === 'destroy');
    // Four standard deviations of a Poisson number.
    expect(Math.abs(destroyed.length - 2 * slots * span)).toBeLessThan(4 * Math.sqrt(2 * slots * span));
    expect(Math.abs(events.length - destroyed.length - slots * span)).toBeLessThan(4 * Math.sqrt(slots * span));
    const gaps = Array.from({ length: slots }, (_, slot) => destroyed.filter((it) => it.slot === slot)).flatMap((own) =>
      own.slice(1).map(({ at }, index) => hours(at - own[index]!.at)),
    );
    expect(Math.abs(mean(gaps) - 0.5)).toBeLessThan((4 * 0.5) / Math.sqrt(gaps.length));
    const longer = gaps.filter((gap) => gap > 1).length / gaps.length;
    expect(Math.abs(longer - Math.exp(-2))).toBeLessThan(4 * Math.sqrt((Math.exp(-2) * (1 - Math.exp(-2))) / gaps.length));
  });

  it.each([{ rates: { destroy: Number.POSITIVE_INFINITY } }, { rates: { destroy: -1 } }, { horizon: Number.NaN }])(
    'refuses %o',
    (wrong) => {
      const right = { seed: 1, slots: 1, horizon: micros(10), rates: { destroy: 1 } };
      expect(() => poissonSchedule({ ...right, ...wrong })).toThrow(expect.objectContaining({ code: 'DF_INVALID_INPUT' }));
    },
  );
});

describe('a profile', () => {
  const workload: Workload = { jobs: 10, stages: [{ method: 'infer', seconds: 50 }], prepareSeconds: 10 };

  it.each(Object.values(profiles))('$name loses as many machines a job as it says, announced or not', (profile) => {
    const [slots, jobs] = [20, 200];
    const horizon = jobs * lengthOf(workload);
    const { events, source } = profileSchedule({ profile, workload, slots, seed: 1, horizon });
    const count = (kind: string) => events.filter((it) => it.kind === kind).length;
    const expected = profile.lossesPerJob * slots * jobs;
    expect(Math.abs(count('destroy') - expected)).toBeLessThan(4 * Math.sqrt(expected));
    expect(Math.abs(count('notice') - expected * profile.noticeShare)).toBeLessThan(4 * Math.sqrt(expected * profile.noticeShare));
    expect(Math.abs(count('pause') - expected * profile.pauseShare)).toBeLessThan(4 * Math.sqrt(expected * profile.pauseShare));
    expect(source).toContain(`${profile.name}, λL ${profile.lossesPerJob}`);
  });

  it('is found by its name, and made for any λL', () => {
    const rest = { workload, slots: 3, seed: 4, horizon: micros(6000) };
    expect(profileSchedule({ profile: 'moderate', ...rest }).hash).toBe(profileSchedule({ profile: profileAt(1), ...rest }).hash);
  });
});
