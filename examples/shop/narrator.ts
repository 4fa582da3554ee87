import pc from 'picocolors';
import type { TelemetryEvent } from 'durableflow';

const colours = pc.createColors(process.stdout.isTTY && !process.env['NO_COLOR']);

/** Something that was promised, and whether it was kept. */
export interface Promised {
  readonly kept: boolean;
  readonly text: string;
}

/** Tells the story of one run in short, aligned lines. */
export class Narrator {
  readonly #begin = performance.now();
  #chapter = 0;

  title(text: string): void {
    this.say(colours.bold(text));
  }

  chapter(title: string, aside = ''): void {
    this.say(`\n${colours.bold(colours.cyan(`${++this.#chapter}  ${title}`))}  ${colours.dim(aside)}`.trimEnd());
  }

  say(line: string): void {
    process.stdout.write(`${line}\n`);
  }

  line(what: string, detail: string): void {
    this.say(`${colours.dim(`${this.seconds().padStart(6)} s`)}  ${what.padEnd(13)}  ${detail}`);
  }

  killed(pid: number, where: string): void {
    this.say(colours.bold(colours.red(`       ✖  SIGKILL to process ${pid}, ${where}`)));
  }

  check({ kept, text }: Promised): void {
    this.say(kept ? `       ${colours.green('✔')}  ${text}` : `       ${colours.bold(colours.red('✘'))}  BROKEN: ${text}`);
  }

  seconds(): string {
    return ((performance.now() - this.#begin) / 1000).toFixed(1);
  }

  /** One event of a worker, if it is one that a reader wants to know of. */
  event(event: TelemetryEvent): void {
    switch (event.event) {
      case 'owner.dead':
        return this.line('', colours.dim(`process ${event.pid} is dead; its run can be taken up at once`));
      case 'step.replayed':
        return this.line(event.method, `${colours.blue('from the journal')}, not executed`);
      case 'step.recorded':
        return this.line(event.method, `${colours.green('recorded')} ${colours.dim(`after ${event.durationMs} ms`)}`);
      case 'effect.settled':
        return this.line(event.method, colours.yellow(event.happened ? 'the shop has it on its books; not paid again' : 'not paid yet'));
      case 'run.parked':
        return this.line('', colours.magenta('the run waits for a person, and takes no memory'));
      case 'run.ended':
        return this.line('', colours.bold(event.status));
      default:
        return undefined;
    }
  }
}
