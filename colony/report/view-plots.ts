import { armOf } from '../arm.js';
import { billedKinds, type MachineLease } from '../measures/arm-run.js';
import type { BreakEvenPoint, ColonyResult, Comparison } from '../measures/colony-result.js';
import { seconds } from '../time.js';
import type { BreakEvenLine, DeltaBars, PlotsView, SlotsPicture } from './colony-view.js';
import { budgetOf, isJudged, losesOn, pairTitle, pointsAt, viewArm } from './view-pair.js';
import { viewText } from '../../readiness-suites/report/view-text.js';

/** More than this cannot be told apart in a picture; the data keeps them all. */
const mostSlots = 24;
/** Arms whose slots are drawn, one above the other. */
const pictured = ['scratch', 'durable'] as const;

/** The numbers of the pictures. */
export function viewPlots(report: ColonyResult & { readonly breakEven: readonly BreakEvenPoint[] }): PlotsView {
  const { comparisons, breakEven, arms, protocol, picture = [] } = report;
  return {
    breakEven: comparisons.map((it) => breakEvenLine(it, breakEven, protocol.retries)).filter(({ points }) => points.length > 0),
    deltas: comparisons.filter(({ deltas }) => deltas.length > 0).map((it) => deltaBars(it, protocol.jobs, protocol.retries)),
    curves: arms.map(({ arm, curve }) => ({
      ...{ id: arm, arm: viewArm(arm, protocol.retries).name },
      points: curve.map(({ factor, rate }) => [factor, rate * 100] as const),
    })),
    billed: arms.map(({ arm, billedSeconds }) => ({
      arm: viewArm(arm, protocol.retries).name,
      seconds: Object.fromEntries(billedKinds.map((kind) => [kind, billedSeconds[kind]])) as typeof billedSeconds,
    })),
    slots: pictured.flatMap((arm) => picture.filter((it) => it.arm === arm).map((it) => slotsPicture(it, protocol.retries))),
  };
}

function breakEvenLine(pair: Comparison, points: readonly BreakEvenPoint[], retries: number): BreakEvenLine {
  return {
    pair: pairTitle(pair, retries),
    budget: budgetOf(pair, retries),
    judged: isJudged(pair),
    points: points.flatMap(({ lossesPerJob, comparisons }) => {
      const found = comparisons.find(({ durable, naive }) => durable === pair.durable && naive === pair.naive);
      const delta = found && pointsAt(found);
      return delta ? [{ lossesPerJob, delta, cost: found.costRatio, loses: losesOn(found) !== undefined }] : [];
    }),
  };
}

/** One bar a job while that is few enough: a batch of 20 jobs can differ by no less than 5 points. */
function deltaBars(comparison: Comparison, jobs: number, retries: number): DeltaBars {
  const { deltas } = comparison;
  const reach = deltas.reduce((most, delta) => Math.max(most, Math.abs(delta)), 0);
  const finest = 100 / jobs;
  const width = finest * Math.max(1, Math.ceil(reach / (finest * 20)));
  const counts = new Map<number, number>();
  for (const delta of deltas) {
    const bar = Math.round(delta / width);
    counts.set(bar, (counts.get(bar) ?? 0) + 1);
  }
  const [first, last] = [Math.min(0, ...counts.keys()), Math.max(0, ...counts.keys())];
  const bars = Array.from({ length: last - first + 1 }, (_, i) => ({ middle: (first + i) * width, seeds: counts.get(first + i) ?? 0 }));
  const count = (test: (delta: number) => boolean) => deltas.reduce((sum, delta) => sum + Number(test(delta)), 0);
  return {
    ...{ pair: pairTitle(comparison, retries), budget: budgetOf(comparison, retries), seeds: deltas.length, width, bars },
    ...{ better: count((it) => it > 0), same: count((it) => it === 0), worse: count((it) => it < 0) },
  };
}

function slotsPicture({ arm, spanSeconds, leases }: NonNullable<ColonyResult['picture']>[number], retries: number): SlotsPicture {
  const shown = leases.filter(({ slot }) => slot < mostSlots);
  return {
    arm: viewArm(arm, retries).name,
    spanSeconds,
    slots: shown.reduce((most, { slot }) => Math.max(most, slot + 1), 0),
    machines: shown.map((lease) => ({
      ...{ slot: lease.slot, end: lease.end, fromSeconds: seconds(lease.acquiredAt), toSeconds: seconds(lease.endedAt) },
      spans: lease.spans.map(({ kind, job, from, to }, index) => ({
        kind: isLost(lease, index, armOf(arm).durable) ? 'lost' : kind,
        job: job === undefined ? undefined : viewText(job, 80),
        fromSeconds: seconds(from),
        toSeconds: seconds(to),
      })),
    })),
  };
}

/** Of the job that a loss met, the work since its last record is lost; without an engine that is all that its machine did for it. */
function isLost({ end, spans }: MachineLease, index: number, durable: boolean): boolean {
  const { kind, job } = spans[index]!;
  if (end !== 'destroyed' || kind !== 'work' || job !== spans.findLast((span) => span.kind !== 'paused')!.job) return false;
  return !durable || !spans.slice(index).some((span) => span.kind === 'checkpoint');
}
