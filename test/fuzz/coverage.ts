import { Session, type Profiler } from 'node:inspector';

/** Tells whether an input went where none had gone before, by the coverage of V8. */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();
  readonly #isOurs: (url: string) => boolean;

  /** @param isOurs the scripts whose coverage counts */
  constructor(isOurs: (url: string) => boolean) {
    this.#isOurs = isOurs;
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });
  }

  get places(): number {
    return this.#seen.size;
  }

  /** Whether there is something new since the last time. */
  hasGrown(): boolean {
    const before = this.#seen.size;
    const { result } = this.#post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
    for (const { scriptId, url, functions } of result) {
      if (!this.#isOurs(url)) continue;
      for (const { ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges) if (count > 0) this.#seen.add(`${scriptId}:${startOffset}:${endOffset}`);
    }
    return this.#seen.size > before;
  }

  /** Answers at once: the session is that of this very thread. */
  #post(method: string, params: object = {}): unknown {
    let answer: unknown;
    this.#session.post(method, params, (error, result) => {
      if (error) throw error;
      answer = result;
    });
    return answer;
  }
}
