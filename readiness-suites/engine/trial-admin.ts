import { DurableFlowError } from '../../sdk/errors/index.js';
import { RestateHttp, type RestateRequest } from '../../sdk/restate/restate-http.js';

/** One request may take so long, in milliseconds: a server that is busy with many trials still answers. */
const longestAnswer = 20_000;

/** The admin API of a Restate server on which trials, or the jobs of a batch, run. */
export class TrialAdmin {
  readonly #http: RestateHttp;
  readonly #timeout: number;

  constructor(admin: string, headers: Readonly<Record<string, string>> = {}, timeout = longestAnswer) {
    this.#http = new RestateHttp(admin, headers);
    this.#timeout = timeout;
  }

  /** What it answers; undefined if what is asked for is gone, or has come to pass already. Throws `DF_READINESS_ENGINE`, also if it does not answer in time. */
  async ask(method: NonNullable<RestateRequest['method']>, path: string, body?: unknown): Promise<unknown> {
    const what = `${method} ${path}`;
    const { status, body: answer } = await this.#http
      .request({ method, path, timeout: this.#timeout, patience: this.#timeout / 4, ...(body !== undefined && { body }) })
      .catch((cause: unknown) => {
        throw new DurableFlowError('DF_READINESS_ENGINE', `the Restate server does not answer ${what}: ${(cause as Error).message}`, {
          cause,
        });
      });
    if (status < 300) return answer;
    if (status === 404 || status === 409) return undefined;
    const said = typeof answer === 'string' ? answer : JSON.stringify(answer ?? '');
    throw new DurableFlowError('DF_READINESS_ENGINE', `the Restate server has refused ${what}: ${status} ${said.slice(0, 200)}`);
  }

  close(): void {
    this.#http.close();
  }
}
