import type { Fact, Tone } from '../../readiness-suites/report/readiness-view.js';
import { counted, milliseconds, viewText, words } from '../../readiness-suites/report/view-text.js';
import type { BreakEvenPoint, Comparison } from '../measures/colony-result.js';
import type { ColonyVerdict } from '../verdict/colony-verdict.js';
import type { ColonyReport, SeedCompatRow } from './colony-report.js';
import type { BreakEvenRow, ColonyView, DeltaView, SeedCompatView } from './colony-view.js';
import { dollars, percent, pointsFigure, ratioFigure, significant, span } from './view-figures.js';
import { measuresLegend, viewMeasures } from './view-measures.js';
import { foremostFactor, isJudged, losesOn, pairTitle, pointsAt, viewArm } from './view-pair.js';
import { viewPlots } from './view-plots.js';

const verdictWords: Readonly<Record<ColonyVerdict['state'], { readonly tone: Tone; readonly word: string }>> = {
  ship: { tone: 'good', word: 'SHIP' },
  no_ship: { tone: 'bad', word: 'NO SHIP' },
  inconclusive: { tone: 'unsure', word: 'INCONCLUSIVE' },
};

/** What a person reads of a benchmark. */
export function buildColonyView(report: ColonyReport): ColonyView {
  const { verdict, arms, protocol, seeds, measured } = report;
  const comparisons = judgedFirst(report.comparisons);
  const points = (report.breakEven ?? []).toSorted((one, other) => one.lossesPerJob - other.lossesPerJob);
  return {
    verdict: { ...verdictWords[verdict.state], sentence: sentenceOn(report, comparisons[0]) },
    reasons: verdict.reasons.map((it) => viewText(it)),
    deltas: comparisons.map((it) => viewDelta(it, protocol.retries)),
    arms: arms.map(({ arm }) => viewArm(arm, protocol.retries)),
    measures: viewMeasures(report),
    legend: measuresLegend(protocol.retries, seeds.length),
    violations: violationsOf(report),
    breakEven: points.flatMap((point) => breakEvenRows(point, protocol.retries)),
    seedCompat: (report.seedCompat ?? []).map(viewSeedCompat),
    facts: factsOf(report),
    run: [
      { label: 'Began', text: viewText(measured.startedAt, 40) },
      { label: 'Took', text: milliseconds(measured.durationMs) },
      { label: 'By', text: viewText(`durableflow ${measured.durableflow}, Node ${measured.node}`, 80) },
    ],
    plots: viewPlots({ ...report, comparisons, breakEven: points }),
  };
}

const judgedFirst = (comparisons: readonly Comparison[]) =>
  comparisons.toSorted((one, other) => Number(isJudged(other)) - Number(isJudged(one)));

function sentenceOn({ job, mode, profile, lossesPerJob, verdict }: ColonyReport, comparison: Comparison | undefined): string {
  const name = viewText(job, 80);
  const where = `under ${viewText(profile, 40)} losses (${significant(lossesPerJob)} per job length, ${modeWords[mode]})`;
  const says = {
    ship: `${name} may ship to machines that are lost, ${where}`,
    no_ship: `Do not ship ${name} to machines that are lost, ${where}`,
    inconclusive: `It cannot be told yet whether ${name} may ship to machines that are lost, ${where}`,
  }[verdict.state];
  const delta = comparison && pointsAt(comparison);
  if (!delta) return `${says}.`;
  const points = `${Math.abs(delta.value).toFixed(1)} points ${delta.value < 0 ? 'fewer' : 'more'}`;
  const cost = comparison.costRatio ? `, at ${comparison.costRatio.value.toFixed(2)}× the cost` : '';
  return `${says}. Durable runs complete ${points} of the jobs in ${foremostFactor}× the ideal span${cost}.`;
}

const modeWords: Readonly<Record<ColonyReport['mode'], string>> = {
  sim: 'simulated',
  real: 'with real processes',
  replay: 'simulated from a trace',
};

function viewDelta(comparison: Comparison, retries: number): DeltaView {
  const { completionDelta, costRatio } = comparison;
  return {
    title: pairTitle(comparison, retries),
    judged: isJudged(comparison),
    points: completionDelta.map(({ factor, points }) => ({ factor, foremost: factor === foremostFactor, ...pointsFigure(points) })),
    cost: costRatio && ratioFigure(costRatio),
  };
}

function breakEvenRows({ lossesPerJob, comparisons }: BreakEvenPoint, retries: number): BreakEvenRow[] {
  return judgedFirst(comparisons).flatMap((comparison) => {
    const delta = pointsAt(comparison);
    if (!delta) return [];
    const [points, cost] = [pointsFigure(delta), comparison.costRatio && ratioFigure(comparison.costRatio)];
    const lost = losesOn(comparison);
    const wins = points.tone === 'good' || cost?.tone === 'good';
    const word = lost === 'completion' ? 'loses: completes less' : lost ? 'loses: costs more' : wins ? 'wins' : 'no difference seen';
    const tone = lost ? 'bad' : wins ? 'good' : 'unsure';
    return [
      { lossesPerJob: significant(lossesPerJob), pair: pairTitle(comparison, retries), points, cost, tone, word } satisfies BreakEvenRow,
    ];
  });
}

const viewSeedCompat = ({ row, naive, durable }: SeedCompatRow): SeedCompatView => ({
  row: viewText(row, 60),
  naive: `${naive.done} done, ${naive.lost} lost, $${naive.costUsd}, ${naive.wallSeconds.toFixed(1)} s`,
  durable: `${counted(durable.recoveries, 'recovery').replace(/recoverys$/, 'recoveries')}, $${durable.costUsd}, ${durable.wallSeconds.toFixed(1)} s`,
});

function violationsOf({ arms, protocol }: ColonyReport): string[] {
  return arms.flatMap(({ arm, violations }) =>
    violations.first.map(({ invariant, detail, seed }) =>
      viewText(`${viewArm(arm, protocol.retries).name}, seed ${seed}: ${words(invariant)}: ${detail}`),
    ),
  );
}

function factsOf({ engine, protocol, schedule, profile, lossesPerJob, seeds, mode, arms, faultFree, outputDigest }: ColonyReport): Fact[] {
  const { stages, prepareSeconds, delaySeconds, pricesPerHour, budgetUsd } = protocol;
  const work = stages.reduce((sum, { seconds, calls }) => sum + seconds * calls, prepareSeconds);
  const each = stages.map(({ method, seconds, calls }) => `${method} ${calls === 1 ? '' : `${calls} × `}${span(seconds)}`).join(', ');
  const prepare = prepareSeconds > 0 ? `; ${span(prepareSeconds)} of it again on every machine` : '';
  const { detect, provision, restore, checkpoint } = delaySeconds;
  const landed = arms.map(({ arm, landed }) => {
    const kinds = [
      `${landed.destroy.toLocaleString('en-US')} lost`,
      ...(landed.pause ? [`${landed.pause} paused`] : []),
      ...(landed.notice ? [`${landed.notice} warned`] : []),
    ];
    return `${viewArm(arm, protocol.retries).name} ${kinds.join(', ')}`;
  });
  const fact = (label: string, text: string, longest = 600): Fact => ({ label, text: viewText(text, longest) });
  return [
    fact(
      'Workload',
      `${counted(protocol.jobs, 'job')} of ${span(work)} on ${counted(protocol.slots, 'machine')}: ${each}${prepare}`,
      1_000,
    ),
    fact(
      'Losses',
      `${profile}: ${significant(lossesPerJob)} of a machine per job length, ${counted(seeds.length, 'seed')}, ${modeWords[mode]}${protocol.compression === 1 ? '' : `, ${significant(protocol.compression)} times as fast`}`,
    ),
    fact(
      'Delays',
      `${span(detect)} to detect, ${span(provision)} to provision, ${span(restore)} to restore, ${span(checkpoint)} a checkpoint`,
    ),
    fact(
      'Prices',
      `${dollars(pricesPerHour.spot)} an hour, ${dollars(pricesPerHour.onDemand)} on demand; at most ${dollars(budgetUsd)} a batch, which ends after ${span(protocol.horizonSeconds)}`,
    ),
    ...(engine ? [fact('Engine', `durable machines were workers of a ${engine} server`)] : []),
    fact(
      'Fault-free',
      `${span(faultFree.naiveSeconds)} plain, ${span(faultFree.durableSeconds)} durable: ${percent(faultFree.overhead)} overhead`,
    ),
    fact('Schedule', `${schedule.source}; ${schedule.events.toLocaleString('en-US')} events`),
    fact('Hash', schedule.hash),
    fact('Landed', landed.join('; ')),
    fact('Output', `digest ${outputDigest}`),
  ];
}
