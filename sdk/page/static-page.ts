import { Markup, markup } from './markup.js';

/** What a page consists of. */
export interface StaticPage {
  readonly title: string;
  /** CSS, of this project alone: it is not escaped. */
  readonly style: string;
  readonly body: Markup;
}

/** A page of its own: it loads nothing, runs no script, and follows the reader's choice of light or dark. */
export function staticPage({ title, style, body }: StaticPage): string {
  return `${markup`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
  <meta name="referrer" content="no-referrer">
  <meta name="color-scheme" content="light dark">
  <link rel="icon" href="data:,">
  <title>${title}</title>
  <style>${Markup.trusted(style)}</style>
</head>
<body>${body}</body>
</html>`.toString()}\n`;
}
