import type { ArmId } from '../arm.js';
import type { ProcessFigures } from '../measures/colony-result.js';
import type { BatchOutcome } from './real-batch.js';

type Figures = { -readonly [Key in keyof ProcessFigures]: ProcessFigures[Key] };

/** Adds up what was done to the processes of each arm. */
export class ProcessTally {
  readonly #figures = new Map<ArmId, Figures>();

  add(arm: ArmId, { strikes, controllers }: BatchOutcome): void {
    const before = this.#figures.get(arm);
    if (!before) {
      this.#figures.set(arm, { arm, kills: strikes.kills, fenced: strikes.fenced, orphans: strikes.orphans, controllers });
      return;
    }
    const points = Object.keys(strikes.kills) as (keyof typeof strikes.kills)[];
    before.kills = Object.fromEntries(points.map((point) => [point, before.kills[point] + strikes.kills[point]])) as Figures['kills'];
    before.fenced += strikes.fenced;
    before.orphans += strikes.orphans;
    before.controllers += controllers;
  }

  get figures(): readonly ProcessFigures[] {
    return [...this.#figures.values()];
  }
}
