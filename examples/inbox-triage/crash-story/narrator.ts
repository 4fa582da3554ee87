import type { TelemetryEvent } from 'durableflow';
import { coloursFor, fit } from '../cli/terminal.js';
import { runIdOf, type TriageMail } from '../triage-mail.js';
import type { Promised } from './promises.js';

const colours = coloursFor(process.stdout);
const nameWidth = 18;
const methodWidth = 10;

/** Tells the story in short, aligned lines. */
export class Narrator {
  readonly #names: ReadonlyMap<string, string>;
  readonly #begin = performance.now();
  #chapter = 0;

  constructor(mails: readonly TriageMail[]) {
    this.#names = new Map(mails.map((mail) => [runIdOf(mail), mail.fromName ?? mail.from]));
  }

  nameOf(run: string | undefined): string {
    return this.#names.get(run ?? '') ?? '';
  }

  chapter(title: string, aside = ''): void {
    this.say(`\n${colours.bold(colours.cyan(`${++this.#chapter}  ${title}`))}  ${colours.dim(aside)}`.trimEnd());
  }

  say(line = ''): void {
    process.stdout.write(`${line}\n`);
  }

  /** A line of the story: when, about whom, and what. */
  line(run: string | undefined, method: string, what: string): void {
    const seconds = ((performance.now() - this.#begin) / 1000).toFixed(2).padStart(6);
    this.say(`${colours.dim(`${seconds} s`)}  ${fit(this.nameOf(run), nameWidth)}  ${fit(method, methodWidth)}  ${what}`);
  }

  row(run: string, status: string, what: string): void {
    this.say(`          ${fit(this.nameOf(run), nameWidth)}  ${fit(status, methodWidth)}  ${what}`);
  }

  killed(pid: number, what: string): void {
    this.say(colours.bold(colours.red(`       ✖  SIGKILL to process ${pid}, ${what}`)));
  }

  quote(text: string): void {
    for (const line of text.split('\n').flatMap(wrap)) this.say(`          ${colours.dim('│')} ${line}`);
  }

  check({ kept, text }: Promised): void {
    this.say(kept ? `       ${colours.green('✔')}  ${text}` : `       ${colours.bold(colours.red('✘'))}  BROKEN: ${text}`);
  }

  /** One event of a worker, if it is one that a reader wants to know of. */
  event(event: TelemetryEvent): void {
    switch (event.event) {
      case 'owner.dead':
        return this.line(undefined, '', colours.dim(`process ${event.pid} is dead; what it was at can be taken up at once`));
      case 'step.replayed':
        return this.line(event.run, event.method, `${colours.blue('from the journal')}, not executed`);
      case 'attempt.started':
        return event.method === 'draft' || event.method === 'sendReply'
          ? this.line(event.run, event.method, colours.dim('begins'))
          : undefined;
      case 'step.recorded':
        return this.line(event.run, event.method, `${colours.green('recorded')} ${colours.dim(`after ${event.durationMs} ms`)}`);
      case 'effect.in_doubt':
        return this.line(event.run, event.method, colours.yellow('in doubt: the intent is on disk, the receipt is not'));
      case 'effect.settled':
        return this.line(
          event.run,
          event.method,
          colours.yellow(event.happened ? 'reconcile has found the reply; it is not sent again' : 'not sent yet'),
        );
      case 'run.parked':
        return this.line(event.run, '', colours.magenta('waits for an operator, and takes no memory'));
      case 'run.ended':
        return this.line(event.run, '', colours.bold(event.status));
      default:
        return undefined;
    }
  }
}

/** Lines of at most 80 characters, broken between words. */
const wrap = (line: string): string[] => line.match(/.{1,80}(?:\s|$)|\S+/g) ?? [''];
