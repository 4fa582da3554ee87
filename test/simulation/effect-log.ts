import type { EffectRecord } from 'durableflow';

/** One intent, and what was sent for it. */
export interface EffectRequest {
  readonly process: number;
  /** Its body has begun, so it may arrive at any time from now on. */
  begun: boolean;
  /** It will certainly never arrive. */
  isVoid: boolean;
  hasArrived: boolean;
  /** Somebody has looked for the effect in vain since. If it arrives then, nobody can know. */
  wasMissed: boolean;
  /** Who has been told that it was missed. */
  readonly told: Set<number>;
}

/** Whose knowledge all processes have: that of people, and what is on disk. */
export const everybody = 0;

/** Their endpoint carries out one request for each key, however many arrive. */
export const honoursKeys = (key: string): boolean => key.startsWith('k');

/**
 * What is intended, sent, and looked for, and what the engine promises of it: that nothing is sent again before somebody has looked and not found it,
 * unless the endpoint honours keys. A request that arrives after that look, or twice, is beyond any engine.
 */
export class EffectLog {
  readonly broken: string[] = [];
  readonly #requests = new Map<string, EffectRequest[]>();
  /** Keys that a request has reached which nobody had missed. */
  readonly #inTime = new Set<string>();

  /** An intent is on disk. */
  intended(process: number, key: string): void {
    const before = this.#of(key);
    const isKnown = ({ isVoid, told }: EffectRequest) => isVoid || told.has(process) || told.has(everybody);
    if (!honoursKeys(key) && !before.every(isKnown)) this.broken.push(`${key} is made again before anybody has missed it`);
    before.push({ process, begun: false, isVoid: false, hasArrived: false, wasMissed: false, told: new Set() });
  }

  /** A body begins. */
  begun(process: number, key: string): EffectRequest | undefined {
    const request = this.#of(key).find((it) => it.process === process && !it.begun);
    if (request) request.begun = true;
    else this.broken.push(`${key} happened without an intent`);
    return request;
  }

  /** Somebody looks for the effect and does not find it. What is returned says who is told so. */
  missed(key: string): (process: number) => void {
    const requests = [...this.#of(key)];
    for (const request of requests) request.wasMissed = true;
    return (process) => {
      for (const { told } of requests) told.add(process);
    };
  }

  /** It is on disk that the effect has not happened, so whoever comes next need not look. */
  withdrawn(key: string): void {
    this.missed(key)(everybody);
  }

  /** What a dead process has intended and not begun will not be begun. */
  died(process: number): void {
    for (const requests of this.#requests.values())
      for (const request of requests) if (request.process === process && !request.begun) request.isVoid = true;
  }

  /** A request arrives, perhaps not for the first time. */
  arrived(key: string, request: EffectRequest): void {
    if (request.hasArrived) return;
    request.hasArrived = true;
    if (request.wasMissed) return;
    if (this.#inTime.has(key) && !honoursKeys(key)) this.broken.push(`${key} happened 2 times`);
    this.#inTime.add(key);
  }

  /** Whether the record of an effect is wrong about the world. */
  contradicts({ key, state }: EffectRecord, happened: boolean): boolean {
    return state === 'done' || state === 'confirmed' ? !happened : state !== 'intended' && this.#inTime.has(key);
  }

  #of(key: string): EffectRequest[] {
    const requests = this.#requests.get(key) ?? [];
    this.#requests.set(key, requests);
    return requests;
  }
}
