import type { SessionBudget } from '../budget.js';
import type { PlannerTarget } from '../target.js';

/** How the proxy is served. */
export interface ProxySettings {
  /** Default `127.0.0.1`. */
  readonly host: string;
  /** Default 4141; 0 for any free one. */
  readonly port: number;
  /** The environment variable that holds the token which callers must send; undefined: no token is asked for. */
  readonly tokenEnv: string | undefined;
  /** Default 4 MiB. */
  readonly maxBodyBytes: number;
  /** How often targets are asked whether they are there, in milliseconds; 0: never. Default 30 000. */
  readonly probeIntervalMs: number;
}

/** What a file `targets.yaml` says, with defaults filled in. */
export interface PlannerConfig {
  readonly targets: readonly PlannerTarget[];
  readonly budgets: readonly SessionBudget[];
  readonly proxy: ProxySettings;
}
