import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import picocolors from 'picocolors';
import type { DurableFlow, FlowOptions } from '../index.js';
import { DurableFlowError } from '../errors/index.js';
import { CliError } from './cli-error.js';
import type { RestateStore } from '../restate/restate-store.js';
import type { CliIo } from './cli-io.js';
import { describeError } from './describe-error.js';
import { exitCodes, type Exit } from './exit-codes.js';
import { shellWord, type Caller } from './next-steps.js';
import type { Prompts } from './prompts.js';
import { errorText } from './render/error.js';
import type { Look } from './render/look.js';
import { plain } from './render/plain.js';
import { jsonText } from './to-json.js';
import { isRestate, openRestate } from './restate-database.js';
import { redactSecrets } from '../telemetry/redact-secrets.js';

/** What a command has found out or done. */
export interface Report {
  /** For programs. */
  readonly data: unknown;
  /** For people. */
  readonly text: (look: Look) => string;
  readonly exit?: Exit;
}

interface GlobalOptions {
  readonly db?: string;
  readonly json?: boolean;
  readonly debug?: boolean;
}

/** One call of the command line: its options, its database, its output. */
export class Cli {
  readonly io: CliIo;
  readonly program = new Command('durableflow');
  readonly look: Look;
  #argv: readonly string[] = [];
  #exit: Exit = 'ok';
  #progress = false;

  constructor(io: CliIo) {
    this.io = io;
    this.look = { width: widthOf(io), colors: picocolors.createColors(hasColors(io)), now: io.now() };
  }

  /** Parses the arguments, does what they say, and returns the process's exit code. */
  async run(argv: readonly string[]): Promise<number> {
    this.#argv = argv;
    try {
      await this.program.parseAsync(argv, { from: 'user' });
    } catch (error) {
      this.#fail(error);
    }
    return exitCodes[this.#exit].code;
  }

  get json(): boolean {
    // Asked of the arguments themselves, because an error may come up before they are parsed.
    return this.#argv.includes('--json');
  }

  /** The database: a file, or a Restate server. Throws if none is named or there is no such file. */
  get file(): string {
    const file = this.#options.db ?? this.io.env['DURABLEFLOW_DB'];
    if (!file) throw new CliError('CLI_NO_DATABASE', 'no database is named');
    if (isRestate(file) || existsSync(file)) return file;
    throw new CliError(
      'CLI_DATABASE_MISSING',
      `there is no file ${file}`,
      /^https?:/.test(file) ? { fix: `For a Restate server, write restate:${file}` } : {},
    );
  }

  /** The command line that a person would type to get here again. */
  get self(): string {
    const { db } = this.#options;
    return db === undefined ? 'durableflow' : `durableflow --db ${shellWord(db)}`;
  }

  /** Whether the database is a server, whose workers alone execute runs. */
  get onServer(): boolean {
    return isRestate(this.file);
  }

  /** What executes runs. */
  get executor(): 'worker' | 'process' {
    return this.onServer ? 'worker' : 'process';
  }

  /** Who reads the commands that are printed. */
  get caller(): Caller {
    return { self: this.self, onServer: this.onServer };
  }

  /** Throws `CLI_WORKERS_ONLY` if the database is a server: only its workers do this. */
  assertExecutesHere(what: string): void {
    if (this.onServer)
      throw new CliError('CLI_WORKERS_ONLY', `${what} executes runs here, and those of a Restate server are executed by its workers`);
  }

  /** Who decides: the name given with --by, or that of the system's user. */
  decider(by: string | undefined): string {
    const name = by ?? this.io.user();
    if (!name) throw new CliError('CLI_USAGE', 'who decides?', { fix: 'Say it with --by NAME.' });
    return name;
  }

  /** Questions to the person at the terminal. Throws if there is none, or its output is for a program. */
  async prompts(what: string, fix: string): Promise<Prompts> {
    const { stdin, stdout } = this.io;
    if (this.json || !stdin.isTTY || !stdout.isTTY)
      throw new CliError('CLI_NO_TERMINAL', `${what} asks questions, so it needs a terminal`, { fix });
    return this.io.prompts();
  }

  /** Whether the person at the terminal says yes to the question; `yes` is what they have said beforehand, with --yes. */
  async confirmed(question: string, yes: boolean): Promise<boolean> {
    if (yes) return true;
    const prompts = await this.prompts('this command', 'Give --yes to have it done without being asked.');
    const answer = await prompts.choose(question, [
      { value: 'no', label: 'no', hint: 'do nothing' },
      { value: 'yes', label: 'yes' },
    ]);
    return answer === 'yes';
  }

  /** Opens the database, or a store of it that is open, for as long as `use` takes. The engine is loaded only here. */
  async withFlow<T>(use: (flow: DurableFlow) => Promise<T>, options?: FlowOptions, store?: RestateStore): Promise<T> {
    const { file } = this;
    const { DurableFlow } = await import('../durable-flow.js');
    const secret = this.io.env['DURABLEFLOW_APPROVAL_SECRET'];
    const flow = await DurableFlow.open(store ?? (isRestate(file) ? await openRestate(file, this.io) : file), {
      ...(secret && { approvalSecret: secret }),
      ...options,
    });
    try {
      return await use(flow);
    } finally {
      await flow.close();
    }
  }

  /** Prints what a command has found out. */
  report({ data, text, exit = 'ok' }: Report): void {
    this.#exit = exit;
    if (this.json) this.#print(jsonText(data, 2));
    else this.#print(text({ ...this.look, now: this.io.now() }));
  }

  /** Prints one more result of a command that goes on: a line of JSON, or of text. */
  stream({ data, text }: Report): void {
    this.#print(this.json ? jsonText(data) : text(this.look));
  }

  /** Tells of a fault of ours while a command goes on, for who has to find its cause. */
  warn(error: unknown): void {
    this.#endProgress();
    this.io.stderr.write(`${redactSecrets(stackOf(error)).split('\n').map(plain).join('\n')}\n`);
  }

  /** Shows how far a command is, in one line of the terminal that the next output replaces. */
  progress(text: string): void {
    if (this.json || !this.io.stderr.isTTY) return;
    this.io.stderr.write(`\r\u001b[2K${text}`);
    this.#progress = true;
  }

  #print(text: string): void {
    this.#endProgress();
    this.io.stdout.write(`${text}\n`);
  }

  #endProgress(): void {
    if (this.#progress) this.io.stderr.write('\r\u001b[2K');
    this.#progress = false;
  }

  get #options(): GlobalOptions {
    return this.program.opts<GlobalOptions>();
  }

  #fail(error: unknown): void {
    // Help or the version was asked for, and has been printed.
    if (error instanceof CommanderError && error.exitCode === 0) return;
    this.#endProgress();
    const coded = codedError(error);
    this.#exit = coded instanceof CliError ? coded.exit : 'error';
    const { code, what, fix } = describeError(coded);
    if (this.json) this.io.stdout.write(`${jsonText({ error: { code, message: what, fix } }, 2)}\n`);
    else this.io.stderr.write(`${errorText({ code, what, fix }, this.look)}\n`);
    if (this.#options.debug) this.io.stderr.write(`${stackOf(error).split('\n').map(plain).join('\n')}\n`);
  }
}

function codedError(error: unknown): Error {
  if (error instanceof CliError || error instanceof DurableFlowError) return error;
  if (error instanceof CommanderError) return usageError(error);
  return new CliError('CLI_UNEXPECTED', describeError(error).what, { cause: error });
}

/** Commander puts a suggestion on a second line, in parentheses. */
function usageError(error: CommanderError): CliError {
  if (error.code === 'commander.help') return new CliError('CLI_USAGE', 'no command is given');
  const [first = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const fix = suggestion?.replace(/^\((.*)\)$/, '$1');
  return new CliError('CLI_USAGE', first, fix ? { fix } : {});
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by: ${stackOf(error.cause)}`;
}

/** COLUMNS, or what the terminal says; text for a pipe or a file has no width to fit into. */
function widthOf({ env, stdout }: CliIo): number {
  const columns = Number(env['COLUMNS']);
  if (Number.isInteger(columns) && columns > 0) return columns;
  return (stdout.isTTY && stdout.columns) || Infinity;
}

function hasColors({ env, stdout }: CliIo): boolean {
  if (env['NO_COLOR']) return false;
  return stdout.isTTY === true && env['TERM'] !== 'dumb';
}
