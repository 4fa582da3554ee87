// What TypeDoc lacks for the documents to be a site. `guides` in typedoc.json puts them under headings of the sidebar, in order; a document is called
// by its first heading and found under the name of its file; and Mermaid's diagrams are drawn when the site is built, so that a page asks no other
// server for anything.
import { basename, dirname, relative } from 'node:path';
import { renderMermaidSVG } from 'beautiful-mermaid';
import { Application, Converter, KindRouter, MarkdownEvent, ParameterType } from 'typedoc';

/** @param {Application} app */
export function load(app) {
  app.options.addDeclaration({ name: 'guides', help: 'Headings of the sidebar, each with its documents.', type: ParameterType.Object });
  const guides = () => Object.entries(app.options.getValue('guides'));

  app.on(Application.EVENT_BOOTSTRAP_END, () => app.options.setValue('projectDocuments', guides().flatMap(([, files]) => files))); // prettier-ignore

  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_context, document) => {
    const file = relative(process.cwd(), pathOf(document));
    document.frontmatter.group = guides().find(([, files]) => files.includes(file) || files.includes(`${dirname(file)}/*.md`))?.[0];
    document.name = /^# (.+)$/m.exec(document.content.map(({ text }) => text).join(''))[1].replaceAll('`', '');
  });

  app.renderer.defineRouter('documents', DocumentRouter);

  // Before TypeDoc makes HTML of the Markdown.
  app.renderer.on(MarkdownEvent.PARSE, (event) => void (event.parsedText = withDrawings(event.parsedText)), 1);
}

class DocumentRouter extends KindRouter {
  getIdealBaseName(reflection) {
    return reflection.isDocument() ? `documents/${basename(pathOf(reflection), '.md')}` : super.getIdealBaseName(reflection);
  }
}

const pathOf = (document) => document.project.files.getReflectionPath(document);

const withDrawings = (markdown) => markdown.replaceAll(/^```mermaid\n([\s\S]*?)^```$/gm, (_, code) => drawing(code));

/** In the colours of the page; without the fonts that the library would fetch, and without line breaks, since Markdown would take a blank line for the end of the HTML. */
function drawing(code) {
  const svg = renderMermaidSVG(code, {
    bg: 'var(--color-background)',
    fg: 'var(--color-text)',
    muted: 'var(--color-text)',
    transparent: true,
  });
  return `<div class="diagram">${svg.replaceAll(/^\s*@import .*$/gm, '').replaceAll(/\n\s*/g, ' ')}</div>\n`;
}
