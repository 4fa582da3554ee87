// Runs batches of small jobs seed after seed and prints how much memory the process has now and then, for a test. Needs --expose-gc.
import { pipelineWorkload } from '../../../colony/job/colony-job.js';
import { runSim } from '../../../colony/sim/run-sim.js';

const [seeds, every] = process.argv.slice(2).map(Number) as [number, number];
const collect = (globalThis as { gc?: () => void }).gc!;
const measured: { readonly seeds: number; readonly heap: number; readonly rss: number }[] = [];
await runSim({
  ...{ workload: { ...pipelineWorkload, jobs: 4 }, slots: 2, losses: 'hostile', arms: ['scratch', 'durable'] },
  seeds: Array.from({ length: seeds }, (_, index) => index + 1),
  onRun(_, { done }) {
    if (done % (2 * every) !== 0) return;
    collect();
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    measured.push({ seeds: done / 2, heap: heapUsed / 2 ** 20, rss: rss / 2 ** 20 });
  },
});
process.stdout.write(JSON.stringify(measured));
