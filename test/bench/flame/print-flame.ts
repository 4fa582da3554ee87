import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../../docs/code-blocks.js';
import { documentWithTables } from '../../docs/document-with-table.js';
import { compileForBench } from '../compile-for-bench.js';
import { loadInWords } from '../print-figures.js';
import { writeDocument } from '../write-document.js';
import { flameSvg } from './flame-svg.js';
import { profileTree, timeByOrigin, type CpuProfile, type Frame } from './profile-tree.js';

const page = 'docs/performance.md';
const image = 'docs/images/flame.svg';

/**
 * `npm run bench -- flame`: profiles runs one after another, puts where the time goes at both durabilities into docs/performance.md, and draws the
 * picture of NORMAL: at FULL the disk is nearly all of it.
 */
export async function printFlame(): Promise<void> {
  const runs = Number(process.env['RUNS'] ?? 500);
  const compiled = await compileForBench({ merged: false });
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-bench-'));
  const profile = (durability: 'power-loss' | 'process-crash') => {
    const file = compiled.file('test/bench/flame/flame-process.ts');
    execFileSync(process.execPath, ['--no-warnings', file, folder, String(runs), durability], { stdio: 'inherit' });
    return profileTree(JSON.parse(readFileSync(join(folder, `${durability}.cpuprofile`), 'utf8')) as CpuProfile);
  };
  try {
    const [full, normal] = [profile('power-loss'), profile('process-crash')];
    writeFileSync(join(projectRoot, image), flameSvg(normal, `${runs} runs of 10 steps one after another at NORMAL: where the time goes`));
    console.log(`\nwhere the time goes, ${runs} runs of 10 steps one after another; ${loadInWords()}`);
    const ofFull = new Map(timeByOrigin(full));
    const cells = (ms: number, { total }: Frame) => [((ms * 1000) / (runs * 10)).toFixed(1), `${((100 * ms) / total).toFixed(1)} %`];
    const head = ['where', 'µs a step, FULL', 'of all', 'µs a step, NORMAL', 'of all'];
    const body = timeByOrigin(normal)
      .filter(([, ms]) => ms > normal.total / 200)
      .map(([origin, ms]) => [origin, ...cells(ofFull.get(origin) ?? 0, full), ...cells(ms, normal)]);
    await writeDocument(page, documentWithTables(page, { flame: [head, ...body] }));
    console.table(
      body.map((row) =>
        Object.fromEntries(row.map((cell, i) => [`${i > 2 ? 'NORMAL: ' : i > 0 ? 'FULL: ' : ''}${head[i]!.replace(/, .*/, '')}`, cell])),
      ),
    );
    console.log(`the table is in ${page}, the picture in ${image}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    compiled.remove();
  }
}
