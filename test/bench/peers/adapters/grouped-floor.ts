import { openFloorTable, type FloorRow } from '../floor-table.js';
import type { OpenPeer, Setting } from '../peer.js';

/** The ceiling of what grouping gives: the rows of all runs that ask in one turn of the event loop are one commit. */
export async function open(setting: Setting): Promise<OpenPeer> {
  const table = openFloorTable(setting);
  let queued: { readonly row: FloorRow; readonly done: () => void }[] = [];
  const commit = () => {
    const group = queued;
    queued = [];
    table.insertAll(group.map(({ row }) => row));
    for (const { done } of group) done();
  };
  const write = (row: FloorRow) =>
    new Promise<void>((done) => {
      if (queued.push({ row, done }) === 1) setImmediate(commit);
    });
  let runs = 0;
  return {
    async run(steps) {
      const run = runs++;
      let length = 0;
      for (let seq = 0; seq < steps; seq++) {
        const value = setting.work(seq);
        await write([run, seq, JSON.stringify(value)]);
        length += value.text.length;
      }
      return length;
    },
    async close() {
      table.close();
    },
  };
}
