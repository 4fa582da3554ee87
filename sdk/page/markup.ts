import { escapeHtml } from './escape-html.js';

/** HTML that is safe to put into a page. Only `markup` makes it. */
export class Markup {
  readonly #html: string;

  private constructor(html: string) {
    this.#html = html;
  }

  /** Marks text as HTML; the caller vouches for it. */
  static trusted(html: string): Markup {
    return new Markup(html);
  }

  toString(): string {
    return this.#html;
  }
}

/** What can stand in a template: text is escaped, lists are joined, and what is absent is nothing. */
export type Insert = string | number | Markup | undefined | false | readonly Insert[];

/** A template of HTML in which every inserted text is escaped, in content as in quoted attributes. */
export function markup(parts: TemplateStringsArray, ...inserts: readonly Insert[]): Markup {
  return Markup.trusted(parts.map((part, i) => (i === 0 ? part : `${htmlOf(inserts[i - 1])}${part}`)).join(''));
}

function htmlOf(insert: Insert): string {
  if (insert === undefined || insert === false) return '';
  if (insert instanceof Markup) return insert.toString();
  if (typeof insert === 'object') return insert.map(htmlOf).join('');
  return escapeHtml(String(insert));
}
