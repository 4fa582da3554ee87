import type { Kill, KillPoint } from '../world/kill-plan.js';

const never = () => new Promise<never>(() => {});

/** Takes this process to the place where it is to be killed: it tells the world and waits there for its end. */
export class KillSwitch {
  readonly #kill: Kill | undefined;
  readonly #world: string;
  readonly #life: number;
  readonly #durable: boolean;
  #reached = false;
  #replied = false;

  constructor(kill: Kill | undefined, world: string, life: number, durable: boolean) {
    this.#kill = kill;
    this.#world = world;
    this.#life = life;
    this.#durable = durable;
  }

  /** The decorated method whose commits count. */
  get method(): string | undefined {
    return this.#kill?.method;
  }

  isAt(point: KillPoint): boolean {
    return this.#kill?.point === point && !this.#reached;
  }

  /** Never returns. */
  async die(point: KillPoint): Promise<never> {
    this.#reached = true;
    const at = `${this.#kill!.effect}, ${point}`;
    await fetch(`${this.#world}/reach/${this.#life}/${encodeURIComponent(at)}`, {
      method: 'POST',
      headers: { 'x-readiness-life': String(this.#life) },
    }).catch(() => {});
    return never();
  }

  /** Where nothing has intents or commits, what stands in their place is the moment around the call itself. */
  async beforeCall(name: string): Promise<void> {
    if (this.#kill?.effect !== name || (this.#durable && this.#kill.madeIn === 'effect')) return;
    if (this.isAt('before_intent')) await this.die('before_intent');
    if (this.isAt('after_intent')) await this.die('after_intent');
  }

  async afterReply(name: string): Promise<void> {
    if (this.#kill?.effect !== name || (this.#durable && this.#kill.madeIn !== 'none')) return;
    if (this.isAt('before_commit')) await this.die('before_commit');
    // The agent gets its answer, and a moment to write it down if it does that.
    if (this.isAt('after_commit')) {
      this.#replied = true;
      setTimeout(() => void this.die('after_commit'), 5);
    }
  }

  /** Whoever is done before that moment is over dies at its last one. */
  async beforeExit(): Promise<void> {
    if (this.#replied) await this.die('after_commit');
  }
}
