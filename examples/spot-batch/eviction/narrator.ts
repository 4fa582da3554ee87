import pc from 'picocolors';
import type { Moment } from './timeline.js';

const colours = pc.createColors(process.stdout.isTTY && !process.env['NO_COLOR']);

/** Tells the story in short, aligned lines. */
export class Narrator {
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

  moment({ seconds, machine, kind, what }: Moment): void {
    const time = colours.dim(`${seconds.toFixed(2).padStart(7)} s`);
    const paint = { plain: (text: string) => text, again: colours.yellow, loss: (text: string) => colours.bold(colours.red(text)), record: colours.blue }[kind]; // prettier-ignore
    this.say(`${time}  ${colours.dim(`machine ${machine}`)}  ${paint(`${kind === 'loss' ? '✖ ' : ''}${what}`)}`);
  }

  row(label: string, ...cells: readonly string[]): void {
    this.say(`       ${label.padEnd(34)}${cells.map((cell) => cell.padStart(14)).join('')}`);
  }

  check(kept: boolean, text: string): void {
    this.say(kept ? `       ${colours.green('✔')}  ${text}` : `       ${colours.bold(colours.red('✘'))}  BROKEN: ${text}`);
  }
}
