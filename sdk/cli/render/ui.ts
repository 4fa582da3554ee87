import type { Look } from './look.js';
import { plain } from './plain.js';

/** What is served, and to whom. */
export interface ServedUi {
  readonly url: string;
  readonly links: readonly { readonly decider: string; readonly link: string }[];
  readonly file: string;
  readonly readOnly: boolean;
  readonly works: boolean;
  readonly signs: boolean;
  /** Whether it is over a server, whose workers execute runs. */
  readonly onServer: boolean;
}

/** How the page is opened, and what it may do. */
export function uiText({ url, links, file, readOnly, works, signs, onServer }: ServedUi, { colors }: Look): string {
  const may = readOnly ? 'It only looks.' : 'What is decided there is recorded in the name that the link was made for.';
  const work = works
    ? 'Runs are executed here as well.'
    : onServer
      ? 'Runs go on at the workers of the server.'
      : 'Runs go on where a worker has the file open; with --app MODULE they are executed here as well.';
  const anybody = onServer ? 'reaches the server' : 'can write to the file';
  const unsigned = `Decisions are not signed: whoever ${anybody} can decide. Set DURABLEFLOW_APPROVAL_SECRET to have them signed.`;
  return [
    `${colors.bold(plain(file))} is shown at ${colors.bold(url)}. Open the link${links.length > 1 ? ' that is yours' : ''}:\n`,
    ...links.map(({ decider, link }) => `  ${colors.cyan(link)}  ${colors.dim(plain(decider))}`),
    `\n${may} Keep the link${links.length > 1 ? 's' : ''} to yourself.`,
    work,
    ...(readOnly || signs ? [] : [colors.yellow(unsigned)]),
    colors.dim('Stop with Ctrl-C.'),
  ].join('\n');
}
