import type { Context } from 'hono';
import type { Caller } from '../../cli/next-steps.js';
import type { DurableFlow } from '../../durable-flow.js';
import type { Session } from '../contract.js';
import type { Changes } from './changes.js';
import type { PageFiles } from './page-files.js';
import type { Reports } from './reports.js';
import type { Sessions, UiSession } from './sessions.js';

/** What the routes work with. */
export interface UiParts {
  readonly flow: DurableFlow;
  readonly sessions: Sessions;
  readonly changes: Changes;
  readonly reports: Reports;
  readonly files: PageFiles;
  /** Names, besides those of this machine, under which the page may be called. */
  readonly allowedHosts: readonly string[];
  readonly cookieName: string;
  readonly about: Pick<Session, 'signs' | 'works' | 'file' | 'version' | 'canDecide'>;
  /** Who reads the commands that the page shows. */
  readonly caller: Caller;
  /** Is told of what went wrong here; returns its number. */
  readonly onFault: (error: unknown) => number;
}

export interface UiEnv {
  Variables: { session: UiSession };
}
export type Asked = Context<UiEnv>;
