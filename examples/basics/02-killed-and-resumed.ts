// A process is killed by SIGKILL between two steps; the next one goes on where the journal ends.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DurableFlow, step, workflow } from 'durableflow';

@workflow({ name: 'two-pages' })
class TwoPages {
  async run() {
    return [await this.fetch(1), await this.fetch(2)];
  }

  @step()
  async fetch(page: number) {
    if (page === 2 && process.argv[2] === 'killed') process.kill(process.pid, 'SIGKILL');
    console.log(`fetching page ${page}`);
    return `page ${page}`;
  }
}

/** What any process does: open the file, say which classes it has, and see to the run. */
async function work(file: string) {
  const flow = await DurableFlow.open(file);
  flow.register(TwoPages, () => new TwoPages());
  const run = await flow.start(TwoPages, undefined, { id: 'pages' });
  console.log((await run.result()).join(', '));
  await flow.close();
}

if (process.argv[2] === 'killed') await work(process.argv[3]!);
else {
  const folder = mkdtempSync(join(tmpdir(), 'basics-'));
  const file = join(folder, 'pages.db');
  const killed = spawnSync(process.execPath, ['--import', 'tsx', import.meta.filename, 'killed', file], { encoding: 'utf8' });
  console.log(`the first process: ${killed.stdout.trim()}, then ${killed.signal}`);
  await work(file);
  rmSync(folder, { recursive: true });
}

/* It prints:
the first process: fetching page 1, then SIGKILL
fetching page 2
page 1, page 2
*/
