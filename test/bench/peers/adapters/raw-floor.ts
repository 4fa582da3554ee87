import { openFloorTable } from '../floor-table.js';
import type { OpenPeer, Setting } from '../peer.js';

/** The least that an engine on SQLite can do with a commit a step: one row, and nothing of starts and ends. */
export async function open(setting: Setting): Promise<OpenPeer> {
  const table = openFloorTable(setting);
  let runs = 0;
  return {
    async run(steps) {
      const run = runs++;
      let length = 0;
      for (let seq = 0; seq < steps; seq++) {
        const value = setting.work(seq);
        table.insert([run, seq, JSON.stringify(value)]);
        length += value.text.length;
      }
      return length;
    },
    async close() {
      table.close();
    },
  };
}
