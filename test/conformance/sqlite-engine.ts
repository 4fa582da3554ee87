import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DurableFlow } from 'durableflow';
import type { Engine } from './engine.js';

/** One file for a story; every process of it opens the file anew. */
export const sqliteEngine: Engine = {
  name: 'SQLite',
  async place() {
    const folder = mkdtempSync(join(tmpdir(), 'durableflow-test-'));
    return {
      async open(classes, options) {
        const flow = await DurableFlow.open(join(folder, 'flow.db'), { pollInterval: 10, durability: 'process-crash', ...options });
        for (const workflow of classes) flow.register(workflow, () => new workflow());
        return flow;
      },
      close: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};
