import { randomUUID } from 'node:crypto';
import { DurableFlowError } from '../errors/index.js';
import type { LogEntry, RunEvent, RunOutput } from './log-entry.js';
import { refused, type RestateAnswer, type RestateHttp } from './restate-http.js';
import { orderRefusal } from './size-limits.js';

/** A run of a workflow, as Restate names it. */
export interface RunAddress {
  readonly service: string;
  readonly runId: string;
}

/** How a run begins: what the first entry of its log says. */
export type FirstEntry = Extract<LogEntry, { readonly verb: 'start' | 'importHistory' }>;

interface Sent {
  readonly invocationId: string;
  readonly status: 'Accepted' | 'PreviouslyAccepted';
}

/** A request that is held open is made again after so long, in milliseconds: whoever stands between us cuts off what is silent. */
const longestWait = 55_000;

/** What is asked of a Restate server's ingress: starting runs, telling them things, waiting for their end. */
export class Ingress {
  readonly #http: RestateHttp;

  constructor(http: RestateHttp) {
    this.#http = http;
  }

  /** Whether the run is new: false if one with this id was started before. Throws `DF_RESTATE_UNREGISTERED` if no worker has its workflow. */
  async start({ service, runId }: RunAddress, first: FirstEntry): Promise<boolean> {
    assertFits(`what run "${runId}" begins with`, first);
    const answer = await this.#http.request({ method: 'POST', path: `${pathOf({ service, runId })}/run/send`, body: first });
    if (isUnregistered(answer)) throw unregistered(service);
    if (answer.status >= 300) throw refused(answer, `to start run "${runId}"`);
    return (answer.body as Sent).status === 'Accepted';
  }

  /**
   * Tells a run something: resolves with what came of it, or with `pending` if no worker has acted on it within `wait`
   * milliseconds. Either way the server keeps it.
   */
  async deliver({ service, runId }: RunAddress, event: RunEvent, wait: number): Promise<{ readonly answer: unknown } | 'pending'> {
    assertFits(`a message for run "${runId}"`, event);
    const sent = await this.#http.request({
      method: 'POST',
      path: `${pathOf({ service, runId })}/deliver/send`,
      body: event,
      // A second try is the same message.
      headers: { 'idempotency-key': randomUUID() },
    });
    if (isUnregistered(sent)) throw unregistered(service);
    if (sent.status >= 300) throw refused(sent, `a message for run "${runId}"`);
    const { invocationId } = sent.body as Sent;
    const path = `/restate/invocation/${encodeURIComponent(invocationId)}/attach`;
    try {
      const answer = await this.#http.request({ path, timeout: wait, patience: 0 });
      if (answer.status >= 300) throw refused(answer, `a message for run "${runId}"`);
      return { answer: answer.body };
    } catch (error) {
      if (error instanceof DurableFlowError && error.code === 'DF_RESTATE_UNREACHABLE') return 'pending';
      throw error;
    }
  }

  /** Resolves when the run has ended, with what it has left, or when it is time to ask again; undefined if there is no such run. */
  async waitForEnd(address: RunAddress): Promise<{ readonly output?: Partial<RunOutput> } | undefined> {
    const path = `/restate/workflow/${encodeURIComponent(address.service)}/${encodeURIComponent(address.runId)}/attach`;
    const { status, body } = await this.#http.request({ path, timeout: longestWait, patience: 0 });
    if (status === 404) return undefined;
    return status === 200 ? { output: body as RunOutput } : {};
  }
}

const pathOf = ({ service, runId }: RunAddress) => `/${encodeURIComponent(service)}/${encodeURIComponent(runId)}`;

/** The admin API, and any other server, answers 404 as well, in other words. */
const isUnregistered = ({ status, body }: RestateAnswer) => status === 404 && JSON.stringify(body ?? '').includes('service');

function assertFits(what: string, body: unknown): void {
  const refusal = orderRefusal(what, body);
  if (refusal) throw refusal;
}

const unregistered = (service: string) =>
  new DurableFlowError('DF_RESTATE_UNREGISTERED', `no worker has registered the service ${service}`, { details: { service } });
