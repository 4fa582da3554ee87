import { DurableFlowError, type DurableFlow, type RunHandle, type RunView } from 'durableflow';
import { InboxTriage, type TriageResult } from '../inbox-triage.js';
import { runIdOf, withContentId, type TriageMail } from '../triage-mail.js';

/** Where one mail stands. */
export interface MailState {
  readonly runId: string;
  readonly from: string;
  readonly subject: string;
  readonly status: RunView['status'];
  readonly result: TriageResult | undefined;
  readonly error: string | undefined;
  /** Whether this process started the run, went on with it, or found nothing to do. */
  readonly work: 'started' | 'resumed' | 'none';
}

export interface TriageMailsOptions {
  /** So many mails are worked on at once; the others stay on the list, so that memory does not grow with the mailbox. */
  readonly concurrency: number;
  readonly onState?: (states: number) => void;
}

/** One run a mail, each until it has ended or waits for somebody. Stops early when the flow is closed. */
export async function triageMails(flow: DurableFlow, mails: readonly TriageMail[], options: TriageMailsOptions): Promise<MailState[]> {
  const begin = Date.now();
  const states: MailState[] = [];
  const queue = mails.values();
  const lane = async () => {
    for (const mail of queue) {
      const run = await startRun(flow, mail);
      states.push(stateOf(await run.settled(), begin));
      options.onState?.(states.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: options.concurrency }, lane));
  } catch (error) {
    if (!(error instanceof DurableFlowError && error.code === 'DF_CLOSED')) throw error;
  }
  return states;
}

/** The state of a run; `begin` is when this process began to work on runs, in milliseconds since the epoch. */
export function stateOf(view: RunView, begin: number): MailState {
  const { from, subject } = view.input as TriageMail;
  return {
    runId: view.id,
    from,
    subject,
    status: view.status,
    result: view.status === 'completed' ? (view.output as TriageResult) : undefined,
    error: view.error instanceof Error ? view.error.message : undefined,
    work: view.createdAt.getTime() >= begin ? 'started' : view.updatedAt.getTime() >= begin ? 'resumed' : 'none',
  };
}

async function startRun(flow: DurableFlow, mail: TriageMail): Promise<RunHandle> {
  try {
    return await flow.start(InboxTriage, mail, { id: runIdOf(mail) });
  } catch (error) {
    if (!(error instanceof DurableFlowError && error.code === 'DF_INPUT_MISMATCH')) throw error;
    // Another mail has used this Message-ID before.
    const other = withContentId(mail);
    return flow.start(InboxTriage, other, { id: runIdOf(other) });
  }
}
