import type { RestateCondition } from '../restate/connection.js';
import type { Finding } from './findings.js';

/** Runs that are named of one kind; the others are counted. */
const most = 5;

/** What is wrong between a Restate server and the workers. */
export function restateFindings({ deployments, failing, unreadable }: RestateCondition): Finding[] {
  const kinds = [
    {
      kind: 'restate.retrying',
      runs: failing.filter(({ isPaused }) => !isPaused),
      what: 'cannot be executed now, and will be tried again',
    },
    {
      kind: 'restate.paused',
      runs: failing.filter(({ isPaused }) => isPaused),
      what: 'could not be executed, and will not be tried again',
    },
  ];
  return [
    ...(deployments.length === 0
      ? [finding('restate.no_workers', 'no worker is registered', 'Nothing is executed until a worker is: serve(flow, { advertise }).', [])]
      : []),
    ...kinds
      .filter(({ runs }) => runs.length > 0)
      .map(({ kind, runs, what }) =>
        finding(
          kind,
          `${runs.length} ${runs.length === 1 ? 'run' : 'runs'} ${what}: ${withReasons(runs)}`,
          'Restate cannot reach their worker, or it fails in the same way each time. See that it runs, under the address that it was registered with.',
          kind === 'restate.paused' ? runs.slice(0, most).map(({ invocation }) => `restate invocations resume ${invocation}`) : [],
        ),
      ),
    ...(unreadable.length > 0
      ? [
          finding(
            'restate.unreadable',
            `${unreadable.length} logs cannot be read: ${named(unreadable.map(({ runId, why }) => `${runId} (${why})`))}`,
            'They were perhaps written by a newer version. Upgrade the durableflow package here.',
            [],
          ),
        ]
      : []),
  ];
}

/** The server does not answer who has looked at it until now. */
export const unreachableFinding = (error: unknown): Finding =>
  finding(
    'restate.unreachable',
    error instanceof Error ? error.message : String(error),
    'What is shown is what was true at the last look. Its runs are kept, and go on when it is back.',
    [],
  );

const finding = (kind: string, what: string, meaning: string, commands: readonly string[]): Finding => ({
  severity: 'attention',
  kind,
  what,
  meaning,
  commands,
});

/** Runs of one worker fail for one reason, which is told once. */
function withReasons(runs: RestateCondition['failing']): string {
  const byReason = new Map<string, string[]>();
  for (const { runId, failure = '' } of runs) byReason.set(failure, [...(byReason.get(failure) ?? []), runId]);
  return [...byReason].map(([reason, ids]) => (reason === '' ? named(ids) : `${named(ids)} (${reason})`)).join('; ');
}

const named = (runs: readonly string[]) => runs.slice(0, most).join(', ') + (runs.length > most ? ` and ${runs.length - most} more` : '');
