import { runSim } from './sim/run-sim.js';
import { judgeColony } from './verdict/judge-colony.js';
const seeds = Number(process.argv[3] ?? 10);
const threads = Number(process.argv[4] ?? 0);
const r = await runSim({
  losses: (process.argv[2] ?? 'hostile') as 'calm',
  seeds: Array.from({ length: seeds }, (_, i) => i + 1),
  threads,
});
for (const a of r.arms)
  console.log(
    a.arm.padEnd(16),
    a.completion
      .map((c) => `${c.factor}: ${(c.rate.value * 100).toFixed(1)} [${(c.rate.low * 100).toFixed(1)},${(c.rate.high * 100).toFixed(1)}]`)
      .join('  '),
    'good',
    a.goodput.value.toFixed(3),
    '$',
    a.costPerJobUsd?.value.toFixed(3),
    'sav',
    a.savings?.value.toFixed(2),
    'rp',
    a.recoveryPointSeconds?.median,
    'rec',
    a.secondsToRecover?.median,
    'reg',
    a.secondsToRegain?.median,
    'dup',
    a.effects.duplicates,
    'viol',
    a.violations.count,
    a.violations.first[0] ?? '',
  );
for (const c of r.comparisons)
  console.log(
    c.naive,
    c.durable,
    c.completionDelta
      .map((d) => `${d.factor}: ${d.points.value.toFixed(1)} [${d.points.low.toFixed(1)},${d.points.high.toFixed(1)}]`)
      .join('  '),
    'cost',
    c.costRatio,
  );
console.log(r.faultFree, r.measured, judgeColony(r), process.memoryUsage().rss / 1e6, process.cpuUsage());
