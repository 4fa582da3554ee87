import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { docstringsOf, filesIn, projectRoot } from './code-blocks.js';

/** A link of a document or a docstring, with where it stands. */
export interface Link {
  readonly file: string;
  readonly line: number;
  readonly target: string;
}

const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];

/** Every link of every document, and of every docstring of the code that is published; and each document that this code names. */
export function allLinks(): Link[] {
  const texts = [...documents, ...filesIn('docs', '.md'), ...filesIn('examples', '.md')];
  const sources = ['sdk', 'colony', 'vitest-plugin', 'readiness-suites', 'examples'].flatMap((folder) => filesIn(folder, '.ts'));
  return [
    ...texts.flatMap((file) => linksIn(file, read(file))),
    ...sources.flatMap((file) => [...linksIn(file, docstringsOf(read(file))), ...documentsNamedIn(file)]),
  ];
}

/** Documents that a source names by their path from the root of the project, as in `docs/errors.md`. */
function documentsNamedIn(file: string): Link[] {
  return [...read(file).matchAll(/\bdocs\/[\w/-]+\.md(?:#[\w-]+)?/g)].map(({ 0: target, index }) => ({
    file,
    line: read(file).slice(0, index).split('\n').length,
    target: `${'../'.repeat(file.split('/').length - 1)}${target}`,
  }));
}

/** The links of a text in Markdown, pictures included. What stands in code is none. */
export function linksIn(file: string, markdown: string): Link[] {
  const text = withoutCode(markdown);
  return [...text.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)|^ {0,3}\[[^\]]+\]: *(\S+)|(?:href|src)="([^"]*)"/gm)].map((match) => ({
    file,
    line: text.slice(0, match.index).split('\n').length,
    target: (match[1] ?? match[2] ?? match[3])!,
  }));
}

/** What is wrong with a link, in words; `undefined` if nothing is. Of an address elsewhere only the form is looked at. */
export function faultOf({ file, target }: Link): string | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(target)) return faultOfAddress(target);
  const [path, anchor] = target.split('#') as [string, string?];
  const found = path === '' ? file : relative(projectRoot, join(projectRoot, dirname(file), decodeURIComponent(path)));
  if (normalize(found).startsWith('..')) return 'leads out of the project';
  if (!existsSync(join(projectRoot, found))) return 'there is no such file';
  if (anchor !== undefined && !anchorsOf(found).has(anchor)) return `${found} has no heading #${anchor}`;
  return undefined;
}

function faultOfAddress(target: string): string | undefined {
  if (!URL.canParse(target)) return 'is no address';
  const { protocol, hostname } = new URL(target);
  if (protocol === 'mailto:' || (protocol === 'https:' && hostname.includes('.'))) return undefined;
  return protocol === 'http:' && ['localhost', '127.0.0.1'].includes(hostname) ? undefined : 'is no https address';
}

/** The anchors that GitHub and the site make of the headings of a document. */
function anchorsOf(file: string): Set<string> {
  const anchors = new Set<string>();
  for (const [, heading] of withoutFences(read(file)).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = heading!
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let n = 1; anchors.has(anchor); n++) anchor = `${slug}-${n}`;
    anchors.add(anchor);
  }
  return anchors;
}

const read = (file: string) => readFileSync(join(projectRoot, file), 'utf8');

const blank = (code: string) => code.replaceAll(/[^\n]/g, ' ');

const withoutFences = (markdown: string) => markdown.replaceAll(/^ *```[\s\S]*?^ *```$/gm, blank);

const withoutCode = (markdown: string) => withoutFences(markdown).replaceAll(/(`+)[^`\n][\s\S]*?\1/g, blank);
