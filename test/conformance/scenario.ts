import type { DurableFlow, FlowOptions, WorkflowClass } from 'durableflow';

/** A story that must go the same way whichever engine runs it. */
export interface Scenario {
  readonly name: string;
  /** Plays it, with its own expectations. What is on record of its runs in the end is compared besides. */
  play(stage: Stage): Promise<void>;
}

/** What a story is played on. Time is real: waits are short. */
export interface Stage {
  readonly world: World;
  /** A process that executes these classes until it is closed. Those of one stage share their runs. */
  process(classes: readonly PlainClass[], options?: FlowOptions): Promise<DurableFlow>;
}

/** A class that is made without arguments. */
export type PlainClass = WorkflowClass & (new () => InstanceType<WorkflowClass>);

/** What bodies have done to the world outside of the engine; it outlives the processes. */
export class World {
  readonly deeds: string[] = [];

  /** Returns how often that has happened by now. */
  does(deed: string): number {
    this.deeds.push(deed);
    return this.times(deed);
  }

  times(deed: string): number {
    return this.deeds.filter((it) => it === deed).length;
  }
}

export const scenario = (name: string, play: Scenario['play']): Scenario => ({ name, play });
