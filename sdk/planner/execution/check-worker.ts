import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';
import type { OutputCheck } from '../constraints.js';
import type { CheckVerdict } from './check-verdict.js';

type WorkerCheck = Extract<OutputCheck, { type: 'regex' | 'json_schema' }>;

interface Job {
  readonly check: WorkerCheck;
  readonly text: string;
  readonly resolve: (verdict: CheckVerdict) => void;
}

const require = createRequire(import.meta.url);

/** Until it is there, its limit does not run: it has a library to load. */
const startLimitMs = 10_000;

/**
 * A thread that tries patterns and schemas out. Callers write them, and some take longer than anybody can wait: such a one
 * is ended with its thread, and neither holds up this thread nor the next check.
 */
export class CheckWorker implements Disposable {
  readonly #limitMs: number;
  #worker: Worker | undefined;
  #ready = false;
  #current: Job | undefined;
  readonly #queue: Job[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  run(check: WorkerCheck, text: string): Promise<CheckVerdict> {
    return new Promise((resolve) => {
      this.#queue.push({ check, text, resolve });
      this.#next();
    });
  }

  [Symbol.dispose](): void {
    this.#give({ verdict: 'unknown', detail: 'the planner was closed' });
    for (const { resolve } of this.#queue.splice(0)) resolve({ verdict: 'unknown', detail: 'the planner was closed' });
    this.#end();
  }

  #next(): void {
    if (this.#current) return;
    this.#current = this.#queue.shift();
    if (!this.#current) return this.#worker?.unref();
    this.#worker ??= this.#start();
    this.#worker.ref();
    this.#timer = setTimeout(() => this.#over(), this.#ready ? this.#limitMs : startLimitMs);
    if (this.#ready) this.#send(this.#current);
  }

  #send({ check, text }: Job): void {
    // A thread has no origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#worker!.postMessage({ check, text });
  }

  #start(): Worker {
    const worker = new Worker(program, {
      eval: true,
      execArgv: [],
      env: {},
      workerData: { ajv: require.resolve('ajv/dist/2020.js') },
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    });
    worker.on('message', (message: CheckVerdict | 'ready') => {
      if (worker !== this.#worker) return;
      if (message !== 'ready') return this.#give(message);
      this.#ready = true;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#over(), this.#limitMs);
      if (this.#current) this.#send(this.#current);
    });
    worker.on('error', (error) => {
      if (worker !== this.#worker) return;
      this.#end();
      this.#give({ verdict: 'unknown', detail: `the check could not be carried out: ${error.message}` });
    });
    return worker;
  }

  #over(): void {
    this.#end();
    this.#give({ verdict: 'unknown', detail: `the check took longer than ${this.#limitMs} ms and was given up` });
  }

  #give(verdict: CheckVerdict): void {
    clearTimeout(this.#timer);
    const job = this.#current;
    this.#current = undefined;
    job?.resolve(verdict);
    if (job) this.#next();
  }

  #end(): void {
    clearTimeout(this.#timer);
    void this.#worker?.terminate();
    this.#worker = undefined;
    this.#ready = false;
  }
}

/** In plain JavaScript, so that it is the same from the sources and from the package. */
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const { Ajv2020 } = require(workerData.ajv);
const schemas = new Map();

function validatorOf(schema) {
  const key = JSON.stringify(schema);
  let validate = schemas.get(key);
  if (!validate) {
    // Formats are only notes of the draft; what is not known is no reason to refuse an answer.
    validate = new Ajv2020({ strict: false, validateFormats: false, addUsedSchema: false, logger: false }).compile(schema);
    if (schemas.size >= 100) schemas.delete(schemas.keys().next().value);
    schemas.set(key, validate);
  }
  return validate;
}

function verdictOf({ check, text }) {
  if (check.type === 'regex') {
    if (new RegExp(check.pattern, check.flags).test(text)) return { verdict: 'passed' };
    return { verdict: 'failed', detail: 'the answer does not match the pattern' };
  }
  let validate;
  try {
    validate = validatorOf(check.schema);
  } catch (error) {
    return { verdict: 'unknown', detail: 'the schema cannot be used: ' + error.message };
  }
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return { verdict: 'failed', detail: 'the answer is no JSON' };
  }
  if (validate(value)) return { verdict: 'passed' };
  const said = validate.errors.slice(0, 3).map(({ instancePath, message }) => (instancePath || 'the answer') + ' ' + message);
  return { verdict: 'failed', detail: 'the answer does not fit the schema: ' + said.join('; ') };
}

parentPort.on('message', (job) => {
  try {
    parentPort.postMessage(verdictOf(job));
  } catch (error) {
    parentPort.postMessage({ verdict: 'unknown', detail: 'the check could not be carried out: ' + error.message });
  }
});
parentPort.postMessage('ready');
`;
