import { setTimeout as sleep } from 'node:timers/promises';
import type { DurableFlow } from 'durableflow';
import { engineOf } from '../../sdk/flow/engine-of.js';
import { effectKeyName, intend, settle, type EffectNews, type KeyHolder } from '../../sdk/restate/effect-keys.js';
import type { Ask, AskAnswer, Batch, Ended, LogEntry, RunEvent, RunOrder, Send } from '../../sdk/restate/log-entry.js';
import { ReplicaPool } from '../../sdk/restate/replica-pool.js';
import { RunLog, type RunLogHost } from '../../sdk/restate/run-log.js';
import { serviceNameOf } from '../../sdk/restate/service-name.js';

interface Run {
  readonly id: string;
  readonly service: string;
  readonly order: RunOrder;
  /** What is durable of it. */
  readonly journal: { readonly batch: Batch; answer?: AskAnswer }[];
  readonly inbox: RunEvent[];
  readonly answers: unknown[];
  ended?: Ended;
}

/** No story takes more commits, or comes back to its runs more often; one that does would never end. */
const most = 200;

/**
 * What a Restate server is to runs, in memory and without its timing: their journals and inboxes, the holders of effect keys. A test
 * decides which run is given to a worker, and after how many commits that worker is lost.
 */
export class MemoryServer {
  readonly runs = new Map<string, Run>();
  readonly holders = new Map<string, KeyHolder>();
  readonly host: RunLogHost;

  constructor(flow: DurableFlow, host: Partial<RunLogHost> = {}) {
    const { ports, registry } = engineOf(flow);
    this.host = {
      ports,
      registry,
      pool: new ReplicaPool(),
      wrapStore: (store) => store,
      keepAlive: 5_000,
      isClosing: () => false,
      ...host,
    };
  }

  start(order: RunOrder): void {
    const { workflow, version } = order.verb === 'start' ? order.run : order.history.run;
    const id = order.verb === 'start' ? order.run.id : order.id;
    if (!this.runs.has(id))
      this.runs.set(id, { id, service: serviceNameOf(workflow, version), order, journal: [], inbox: [], answers: [] });
  }

  entries(id: string): LogEntry[] {
    const { order, journal } = this.runs.get(id)!;
    return journal.flatMap(({ batch, answer }) => {
      const made = batch.ask && answer ? new RunLog(this.host, id, order).answered(batch.ask, answer) : [];
      return [...batch.entries, ...made];
    });
  }

  /** A worker is given the run, and is lost after so many commits, if it has not put the run aside by then. */
  async execute(id: string, commits = Infinity): Promise<'ended' | 'parked' | 'lost'> {
    const run = this.runs.get(id)!;
    if (run.ended) return 'ended';
    const log = this.take(id);
    const last = run.journal.at(-1);
    if (last?.batch.ask && !last.answer) await this.#ask(run, log, last);
    let offered = last?.batch.inbox ?? 0;
    for (let n = 0; n < commits; n++) {
      if (n > most) throw new Error(`run "${id}" commits without end`);
      const taken = run.journal.at(-1)?.batch.inbox ?? 0;
      // One event is under way at a time.
      if (offered === taken && run.inbox[taken]) log.offer(run.inbox[offered++]!, taken);
      const batch = JSON.parse(JSON.stringify(await log.commit())) as Batch;
      const commit: Run['journal'][number] = { batch };
      run.journal.push(commit);
      for (const { event, answer } of batch.answers) run.answers[event] = answer;
      for (const send of batch.sends) this.#send(send);
      log.committed(batch);
      if (batch.ask) await this.#ask(run, log, commit);
      if (batch.end) {
        run.ended = batch.end;
        return 'ended';
      }
      if (!batch.park || run.inbox.length > batch.inbox) continue;
      const { wakeAt } = batch.park;
      if (wakeAt === undefined || wakeAt > Date.now() + 1000) return 'parked';
      await sleep(Math.max(0, wakeAt - Date.now()));
    }
    log.abandon();
    return 'lost';
  }

  /** Executes everything that can be executed. */
  async executeAll(): Promise<void> {
    let rounds = 0;
    for (let isOver = false; !isOver;) {
      isOver = true;
      if (rounds++ > most) throw new Error('runs go on without end');
      for (const run of [...this.runs.values()]) {
        if (run.ended || (run.journal.at(-1)?.batch.park && run.inbox.length === run.journal.at(-1)!.batch.inbox)) continue;
        isOver = false;
        await this.execute(run.id);
      }
    }
  }

  /** The memory of a worker that has read the journal of the run. */
  take(id: string): RunLog {
    const run = this.runs.get(id)!;
    const log = new RunLog(this.host, id, run.order);
    for (const { batch, answer } of run.journal) {
      log.committed(batch);
      if (batch.ask && answer) log.answered(batch.ask, answer);
    }
    return log;
  }

  async #ask(run: Run, log: RunLog, commit: Run['journal'][number]): Promise<void> {
    commit.answer = this.#answer(run, commit.batch.ask!);
    log.answered(commit.batch.ask!, commit.answer);
  }

  #answer(run: Run, ask: Ask): AskAnswer {
    if (ask.kind === 'intend') {
      const { scope, key, call, digest, intendedAt } = ask.intent;
      const name = effectKeyName(scope, key);
      const { answer, holder } = intend(this.holders.get(name), { runId: run.id, intent: { call, digest, intendedAt } });
      this.holders.set(name, holder);
      return { kind: 'intend', answer };
    }
    this.start({ verb: 'start', run: ask.run, parentService: run.service });
    const { order, ended } = this.runs.get(ask.run.id)!;
    const { inputDigest, parent } = order.verb === 'start' ? order.run : { ...order.history.run, parent: undefined };
    return { kind: 'child', origin: { inputDigest, parent: parent?.runId, ...(ended && { ended }) } };
  }

  #send({ key, handler, payload }: Send): void {
    if (handler === 'deliver') return void this.runs.get(key)?.inbox.push(payload as RunEvent);
    if (handler === 'adopt' && !this.holders.has(key)) this.holders.set(key, payload as KeyHolder);
    if (handler !== 'settle') return;
    const holder = settle(this.holders.get(key), payload as EffectNews);
    if (holder) this.holders.set(key, holder);
    else this.holders.delete(key);
  }
}
