import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from '../print-figures.js';

/** What figures depend on. */
export interface MachineFacts {
  readonly processors: string;
  readonly memoryGb: number;
  readonly node: string;
  /** Median of 200 times 4 KiB written and flushed, where the databases are. */
  readonly fsyncMs: number;
  /** Of the last minute. */
  readonly load: number;
}

export function machineFacts(): MachineFacts {
  const folder = mkdtempSync(join(tmpdir(), 'durableflow-bench-'));
  const file = openSync(join(folder, 'flushed'), 'w');
  const block = Buffer.alloc(4096);
  const times = Array.from({ length: 200 }, () => {
    const begun = performance.now();
    writeSync(file, block);
    fsyncSync(file);
    return performance.now() - begun;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return {
    processors: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.versions.node,
    fsyncMs: median(times),
    load: loadavg()[0]!,
  };
}
