/** What a batch says about a job's class. */
export interface ColonyVerdict {
  readonly state: 'ship' | 'no_ship' | 'inconclusive';
  /** Why, in sentences; the gravest first. */
  readonly reasons: readonly string[];
}
