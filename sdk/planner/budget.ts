/** A limit on what the requests that name it may cost together. */
export interface SessionBudget {
  readonly id: string;
  /** In US dollars. */
  readonly limitUsd: number;
  /** `day`: anew at midnight UTC. `total`: once and for all. */
  readonly period: 'day' | 'total';
}
