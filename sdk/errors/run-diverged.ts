import { DurableFlowError } from './durable-flow-error.js';

/** One side of a divergence: what was asked for, as far as it is known. */
export interface DivergenceSide {
  readonly call: number;
  readonly name: string;
  readonly digest: string;
}

/** The first place at which a replay and its journal differ. */
export interface Divergence {
  /** What the journal holds; undefined where it holds nothing. */
  readonly recorded: DivergenceSide | undefined;
  /** What the workflow asked for; undefined where it did not ask. */
  readonly asked: DivergenceSide | undefined;
}

const side = (it: DivergenceSide | undefined) => (it ? `call ${it.call} ${it.name} (arguments ${it.digest.slice(0, 8)})` : 'nothing');

/** What `result()` throws for a run that stopped because its replay differs from its journal. */
export class RunDiverged extends DurableFlowError {
  constructor(runId: string, divergence: Divergence) {
    super(
      'DF_DIVERGED',
      `run "${runId}" diverged: the journal holds ${side(divergence.recorded)}, the workflow asked for ${side(divergence.asked)}`,
      {
        details: { runId, ...divergence },
      },
    );
  }

  get divergence(): Divergence {
    return { recorded: this.details['recorded'], asked: this.details['asked'] } as Divergence;
  }
}
