import type { RunStatus } from '../../../store/index.js';

/** How a state is drawn: a tone and a shape, so that neither alone has to be told apart. */
export interface Look {
  readonly tone: 'good' | 'live' | 'wait' | 'bad' | 'odd' | 'quiet';
  readonly shape: 'check' | 'dot' | 'clock' | 'cross' | 'bar' | 'question' | 'ring' | 'fork';
  readonly words: string;
}

export const runLooks: Readonly<Record<RunStatus, Look>> = {
  pending: { tone: 'quiet', shape: 'ring', words: 'pending' },
  running: { tone: 'live', shape: 'dot', words: 'running' },
  waiting: { tone: 'wait', shape: 'clock', words: 'waiting' },
  in_doubt: { tone: 'odd', shape: 'question', words: 'in doubt' },
  completed: { tone: 'good', shape: 'check', words: 'completed' },
  failed: { tone: 'bad', shape: 'cross', words: 'failed' },
  rejected: { tone: 'bad', shape: 'bar', words: 'rejected' },
  cancelled: { tone: 'quiet', shape: 'bar', words: 'cancelled' },
  diverged: { tone: 'odd', shape: 'fork', words: 'diverged' },
};

/** All statuses, what is under way first. */
export const statuses = Object.keys(runLooks) as RunStatus[];
