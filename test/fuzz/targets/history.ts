import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DurableFlow, replayHistory, type History } from 'durableflow';
import { projectRoot } from '../../docs/code-blocks.js';
import { GoldenOrder } from '../../golden/workflows.js';
import type { FuzzTarget } from '../fuzz-target.js';

const golden = join(projectRoot, 'test/golden/0.1.0');

/** A history as `import-history` takes it: what is imported is shown, audited, replayed and deleted. */
export const history: FuzzTarget = {
  seeds: () =>
    readdirSync(golden)
      .filter((name) => name.endsWith('.json'))
      .map((name) => readFileSync(join(golden, name), 'utf8'))
      .filter((text) => text.length < 30_000),
  words: [
    '"durableflow.history"',
    '"formatVersion":1',
    '"completed"',
    '"in_doubt"',
    '"waiting"',
    '"child:x"',
    '"threw"',
    '"returned"',
    '"@x"',
  ],
  async open(folder) {
    const flow = await DurableFlow.open(join(folder, 'history.db'), { durability: 'process-crash', guard: 'off' });
    let imports = 0;
    return async (input) => {
      const given = parsed(input);
      const id = `i${++imports}`;
      await flow.importHistory(given, { id });
      const shown = JSON.stringify([flow.show(id), flow.standing(id), flow.audit(id), flow.exportHistory(id), flow.health()], bigint);
      await replayHistory(GoldenOrder, () => new GoldenOrder(() => {}), given).catch((error: unknown) => {
        // Of another workflow, which is said with a code.
        if (given.run.workflow === 'golden/order') throw error;
      });
      if (imports % 50 === 0) for (const run of flow.runs()) await flow.cancel(run.id).catch(() => {});
      if (imports % 50 === 0) await flow.prune({ olderThan: 0 });
      return shown;
    };
  },
};

/** What is no JSON never reaches the engine. */
function parsed(text: string): History {
  try {
    return JSON.parse(text) as History;
  } catch {
    return {} as History;
  }
}

const bigint = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
