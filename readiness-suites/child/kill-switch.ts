import type { Kill, KillPoint, ReplyKill } from '../world/kill-plan.js';
import type { Job } from './job.js';
import { tellWorld } from './tell-world.js';

const never = () => new Promise<never>(() => {});

/** Takes this process to the place where it is to be struck: it tells the world and waits there for what is done to it. */
export class KillSwitch {
  readonly #kill: Kill | undefined;
  readonly #replyKill: ReplyKill | undefined;
  readonly #job: Pick<Job, 'world' | 'life'>;
  readonly #durable: boolean;
  #reached = false;
  #replied = false;
  #replies = 0;

  constructor(job: Pick<Job, 'kill' | 'world' | 'life' | 'arm'>) {
    const { kill } = job;
    this.#kill = kill && 'point' in kill ? kill : undefined;
    this.#replyKill = kill && 'reply' in kill ? kill : undefined;
    this.#job = job;
    this.#durable = job.arm === 'durable';
  }

  /** The decorated method whose commits count. */
  get method(): string | undefined {
    return this.#kill?.method;
  }

  isAt(point: KillPoint): boolean {
    return this.#kill?.point === point && !this.#reached;
  }

  /** Returns only to a process that is spared. */
  async strike(point: KillPoint): Promise<void> {
    this.#reached = true;
    await this.#reach(`${this.#kill!.effect}, ${point}`);
  }

  /** Where nothing has intents or commits, what stands in their place is the moment around the call itself. */
  async beforeCall(name: string): Promise<void> {
    if (this.#kill?.effect !== name || (this.#durable && this.#kill.madeIn === 'effect')) return;
    if (this.isAt('before_intent')) await this.strike('before_intent');
    if (this.isAt('after_intent')) await this.strike('after_intent');
  }

  async afterReply(name: string): Promise<void> {
    if (this.#replyKill && ++this.#replies === this.#replyKill.reply) await this.#reach(`${name}, answer ${this.#replies}`);
    if (this.#kill?.effect !== name || (this.#durable && this.#kill.madeIn !== 'none')) return;
    if (this.isAt('before_commit')) await this.strike('before_commit');
    // The agent gets its answer, and a moment to write it down if it does that.
    if (this.isAt('after_commit')) {
      this.#replied = true;
      setTimeout(() => void this.strike('after_commit'), 5);
    }
  }

  /** Whoever is done before that moment is over is struck at its last one. */
  async beforeExit(): Promise<void> {
    if (this.#replied) await this.strike('after_commit');
  }

  async #reach(at: string): Promise<void> {
    if (!(await tellWorld(this.#job, 'reach', at))) await never();
  }
}
