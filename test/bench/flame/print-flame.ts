import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../docs/code-blocks.js';
import { compileForBench } from '../peers/compile-for-bench.js';
import { loadInWords } from '../print-figures.js';
import { flameSvg } from './flame-svg.js';
import { profileTree, timeByOrigin, type CpuProfile } from './profile-tree.js';

/** `npm run bench -- flame`: profiles runs one after another at FULL, prints where the time goes, and draws docs/images/flame.svg. */
export async function printFlame(): Promise<void> {
  const runs = Number(process.env['RUNS'] ?? 500);
  const compiled = await compileForBench('test/bench/flame');
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-bench-'));
  try {
    const file = compiled.file('test/bench/flame/flame-process.ts');
    execFileSync(process.execPath, ['--no-warnings', file, folder, String(runs)], { stdio: 'inherit' });
    const root = profileTree(JSON.parse(readFileSync(join(folder, 'flow.cpuprofile'), 'utf8')) as CpuProfile);
    const image = join(projectRoot, 'docs/images/flame.svg');
    writeFileSync(
      image,
      flameSvg(root, `${runs} runs of 10 steps one after another, synchronous=FULL: where ${(root.total / 1000).toFixed(1)} s went`),
    );
    console.log(`\nwhere the time goes, ${runs} runs of 10 steps one after another at FULL; ${loadInWords()}`);
    console.table(
      Object.fromEntries(
        timeByOrigin(root)
          .filter(([, ms]) => ms > root.total / 200)
          .map(([origin, ms]) => [
            origin,
            { 'µs a step': ((ms * 1000) / (runs * 10)).toFixed(1), 'of all': `${((100 * ms) / root.total).toFixed(1)} %` },
          ]),
      ),
    );
    console.log(`the picture is ${image}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    compiled.remove();
  }
}
