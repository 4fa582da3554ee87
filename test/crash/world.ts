import { die, type KillPoint } from './kill-point.js';

/** The outside world as a child process sees it: the oracle, over HTTP. */
export class World {
  readonly #url: string;
  readonly #point: KillPoint | undefined;

  constructor(url: string, point?: KillPoint) {
    this.#url = url;
    this.#point = point;
  }

  /** Every body reports itself before it does anything. */
  async executed(step: string, about: string): Promise<void> {
    await this.#post('/executions', { step, about });
    if (this.#point?.kind === 'body' && this.#point.step === step) die();
  }

  async send(key: string): Promise<{ file: string; messageId: string }> {
    const killSender = this.#point?.kind === 'effect' && this.#point.side === 'unanswered';
    const sent = await this.#post('/effects', { key, killSender });
    if (this.#point?.kind === 'effect' && this.#point.side === 'answered') die();
    return sent as { file: string; messageId: string };
  }

  async find(key: string): Promise<{ file: string; messageId: string } | undefined> {
    return ((await this.#post('/find', { key })) as { file: string; messageId: string } | null) ?? undefined;
  }

  async #post(path: string, body: object): Promise<unknown> {
    const response = await fetch(this.#url + path, { method: 'POST', body: JSON.stringify({ ...body, pid: process.pid }) });
    return response.json();
  }
}
