import type { DurableFlow, FlowOptions } from 'durableflow';
import { onRecord, type OnRecord } from './on-record.js';
import { World, type PlainClass, type Scenario } from './scenario.js';

/** Where runs are kept and executed. */
export interface Engine {
  readonly name: string;
  /** A place of its own for one story. */
  place(): Promise<Place>;
}

export interface Place {
  /** A process with these classes, which executes their runs and shows them. */
  open(classes: readonly PlainClass[], options: FlowOptions): Promise<DurableFlow>;
  close(): Promise<void>;
}

/** Plays a story on an engine; returns what is on record of its runs in the end, and what was done outside. */
export async function play({ play: tell }: Scenario, engine: Engine): Promise<OnRecord> {
  const place = await engine.place();
  const world = new World();
  const opened: DurableFlow[] = [];
  try {
    await tell({
      world,
      process: async (classes, options = {}) => {
        const flow = await place.open(classes, options);
        opened.push(flow);
        return flow;
      },
    });
    return await onRecord(opened.at(-1)!, world);
  } finally {
    for (const flow of opened) await flow.close({ grace: 0 });
    await place.close();
  }
}
