import type { DurableFlowError } from '../../sdk/errors/index.js';
import type { Circumstances } from '../child/job.js';
import type { TrialPlace } from '../engine/trial-engine.js';
import type { Strike } from '../world/kill-plan.js';
import { Child, type ChildEnd } from './child.js';
import { comingBack, decideGates, isOfEngine, lettingNewsArrive, patient, type ApprovalPolicy, type Operator } from './operator.js';
import type { ProcessPool } from './process-pool.js';
import type { TrialGround, TrialPlan } from './run-trial.js';

/** Where a process of a trial finds what it needs. */
export interface LifePlace {
  readonly world: string;
  /** Where its run is. */
  readonly engine: TrialPlace;
  readonly telemetry: string;
  readonly number: number;
  readonly circumstances: Circumstances;
  readonly approve: ApprovalPolicy;
}

/** So long a model is waited for where one is silent: several of them fit into the deadline. */
export const patienceOf = ({ deadlineMs }: Pick<TrialGround, 'deadlineMs'>): number => Math.min(Math.round(deadlineMs / 6), 2000);

/** One process of a trial, and what has been done to it. */
export class Life {
  readonly child: Child;
  /** Resolves when it has ended, or has been stopped. */
  readonly rests: Promise<unknown>;
  /** Its process had done nothing before. */
  readonly inOwnProcess: boolean;
  struckAt: string | undefined;
  killedAt: string | undefined;
  end: ChildEnd | undefined;
  /** Why nobody can say what would have become of it. */
  failure: DurableFlowError | undefined;
  readonly #strike: Strike;
  readonly #engine: TrialPlace;
  readonly #number: number;
  #isFrozen = false;
  /** What the operator is doing. */
  #visit: Promise<unknown> = Promise.resolve();
  #rest!: () => void;

  constructor(ground: TrialGround, plan: TrialPlan, { approve, ...place }: LifePlace, pool: ProcessPool, onKill: (at: string) => void) {
    const { number: life, engine, ...rest } = place;
    [this.#engine, this.#number] = [engine, life];
    const kill = plan.kills?.find((it) => it.life === life);
    const writeKill = plan.writeKills?.find((it) => it.life === life);
    this.#strike = (kill && 'point' in kill ? kill.strike : undefined) ?? 'kill';
    const ofItself = kill && 'point' in kill && kill.point === 'after_effect' ? undefined : kill;
    const rests = new Promise<void>((resolve) => (this.#rest = resolve));
    const { approvalSecret, laterMs = 0 } = plan;
    const decideByPolicy: Operator = ({ place: it }) =>
      decideGates(it, approve, { ...(approvalSecret !== undefined && { secret: approvalSecret }) });
    // Of processes that are at work together, one asks and another goes on.
    const decide = comingBack(
      lettingNewsArrive(plan.operator ?? (place.circumstances.together ? patient(decideByPolicy) : decideByPolicy)),
    );
    const desk = {
      place: engine,
      life,
      kill: async (at: string) => {
        onKill(at);
        this.kill(at);
        await this.child.ended;
      },
    };
    const { arm, environment } = plan;
    const { anotherDay } = place.circumstances;
    const ownProcess = plan.ownProcess === true || needsItsOwn(plan, place.circumstances);
    const { process, mayStay } = pool.take(arm, { ownProcess, ...(environment && { environment }), ...(anotherDay && { anotherDay }) });
    this.inOwnProcess = !process.hasWorked;
    this.child = new Child(
      process,
      {
        mayStay,
        modelApi: ground.modelApi,
        arm,
        life,
        // Two processes that draw the same would be taken for one.
        randomness: `${plan.randomness ?? ''} ${life}`,
        kill: ofItself,
        writeKill,
        approvalSecret,
        patienceMs: plan.patienceMs ?? ground.deadlineMs,
        aheadMs: life > 1 ? laterMs : 0,
        runId: engine.runId,
        engine: engine.addressFor(life, place.circumstances.change?.kind === 'version_bumped'),
        ...rest,
      },
      plan.deadlineMs ?? ground.deadlineMs,
      () => {
        const visit = decide(desk);
        this.#visit = visit.catch((error: unknown) => {
          if (isOfEngine(error)) this.failure ??= error;
        });
        return visit;
      },
      (port) => engine.joined(life, port),
    );
    void this.child.ended.then(({ isClean }) => {
      // Its port may soon be that of a process of another trial.
      engine.standsStill(life);
      pool.learn(this.child.counts);
      if (isClean) pool.giveBack(arm, process);
    });
    const ended = this.child.ended.then((end) => {
      this.end = end;
      if (!writeKill || end.hung || end.exit !== 'SIGKILL') return;
      this.killedAt = this.struckAt = `${writeKill.side} write ${writeKill.nth}${writeKill.verb ? ` (${writeKill.verb})` : ''}`;
      onKill(this.killedAt);
    });
    // Whoever kills it at his desk may have more to do there before the next one begins.
    this.rests = Promise.race([ended.then(() => this.#visit), rests]);
  }

  /** Does to it what is planned; true if it is spared, and goes on. */
  strike(at: string): boolean {
    if (this.#strike === 'kill') {
      this.kill(at);
      return false;
    }
    this.struckAt ??= at;
    if (this.#strike === 'fill_disk') this.child.fillDisk();
    else {
      this.#isFrozen = true;
      this.child.freeze();
      this.#engine.standsStill(this.#number);
      this.#rest();
    }
    return true;
  }

  kill(at: string): void {
    this.struckAt ??= at;
    this.killedAt ??= at;
    this.child.kill();
  }

  /** It was struck, and has not done its work: whoever supervises it starts another. */
  get isLost(): boolean {
    return this.struckAt !== undefined && this.end?.exit !== 0;
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Wakes it up, if it was stopped. */
  thaw(): void {
    if (this.#isFrozen) this.child.thaw();
    this.#isFrozen = false;
  }
}

/** Where it matters which process it is, or what it finds around it, it is one that has done nothing else. */
const needsItsOwn = ({ environment, kills = [], rounds }: TrialPlan, circumstances: Circumstances): boolean =>
  environment !== undefined ||
  rounds !== undefined ||
  Object.keys(circumstances).length > 0 ||
  kills.some((it) => 'point' in it && it.strike !== undefined && it.strike !== 'kill');
