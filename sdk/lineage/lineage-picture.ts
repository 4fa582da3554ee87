import type { Audit } from './audit.js';
import { stateWords } from './audit-words.js';
import { layoutLineage, lineageWidth, type PlacedCall, type PlacedMaterial } from './lineage-layout.js';
import { escapeHtml } from '../page/escape-html.js';

/**
 * The lineage of a run as a picture: material on the left, calls on the right in their order, and between them what each call
 * had of it. SVG to be put into a page that has `lineageStyle`.
 *
 * @example
 * ```ts
 * import { auditOf, DurableFlow, lineagePicture, observe, step, workflow } from 'durableflow';
 *
 * @workflow({ name: 'reader' })
 * class Reader {
 *   run() {
 *     return this.read();
 *   }
 *
 *   @step()
 *   async read() {
 *     observe([{ id: 'page', text: 'We open at nine.' }]);
 *   }
 * }
 *
 * const flow = await DurableFlow.open(':memory:');
 * flow.register(Reader, () => new Reader());
 * await (await flow.start(Reader, undefined, { id: 'r-1' })).result();
 * console.log(lineagePicture(flow.audit('r-1')).startsWith('<svg')); // true
 * await flow.close();
 * ```
 */
export function lineagePicture(audit: Audit): string {
  const { width, height, material, calls, edges, hidden, hiddenAt } = layoutLineage(audit);
  return [
    `<svg class="lineage" viewBox="0 0 ${width} ${height}" role="img" aria-label="Which calls had which material">`,
    ...edges.map(({ path, state }) => `<path class="edge ${state}" d="${path}"/>`),
    ...material.map(materialNode),
    ...(hidden > 0 ? [`<text class="more" x="${hiddenAt.x}" y="${hiddenAt.y}">and ${hidden} more, in the list below</text>`] : []),
    ...calls.map(callNode),
    '</svg>',
  ].join('\n');
}

function materialNode({ reference, state, digest, x, y, width, height }: PlacedMaterial): string {
  return (
    `<g class="node ${state}"><title>${escapeHtml(`${reference}: ${stateWords[state]}, digest ${digest}`)}</title>` +
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="5"/>` +
    `<text x="${x + 10}" y="${y + 14}">${escapeHtml(cut(reference, 34))}</text></g>`
  );
}

function callNode({ call, method, threw, notes, x, y, width, height }: PlacedCall): string {
  return (
    `<g class="node call${threw ? ' threw' : ''}"><title>${escapeHtml(`call ${call}: ${method}, ${notes.join(', ')}`)}</title>` +
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="7"/>` +
    `<text class="name" x="${x + 12}" y="${y + 18}">${escapeHtml(cut(method, 28))}</text>` +
    `<text class="note" x="${x + 12}" y="${y + 34}">${escapeHtml(cut(notes.join(' · '), 40))}</text></g>`
  );
}

function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** How the picture looks, by the colours that the page defines. */
export const lineageStyle = `
.lineage { font: 12px/1 ui-sans-serif, system-ui, sans-serif; display: block; width: 100%; min-width: 540px; max-width: ${lineageWidth}px; height: auto; margin: 0 auto; }
.lineage rect { fill: var(--card); stroke: var(--line); }
.lineage text { fill: var(--text); }
.lineage .name { font-weight: 600; font-size: 13px; }
.lineage .note, .lineage .more { fill: var(--dim); font-size: 11px; }
.lineage .call rect { stroke: var(--text); stroke-opacity: .35; }
.lineage .call.threw rect { stroke: var(--bad); stroke-opacity: 1; }
.lineage .edge { fill: none; stroke: var(--dim); stroke-width: 1.2; stroke-opacity: .55; }
.lineage .edge.given { stroke: var(--text); stroke-opacity: .4; stroke-width: 1.5; }
.lineage .edge.consumed, .lineage .edge.selected { stroke: var(--used); stroke-opacity: .75; stroke-width: 1.5; }
.lineage .edge.influential { stroke: var(--good); stroke-opacity: 1; stroke-width: 2.5; }
.lineage .edge.observed { stroke: var(--seen); stroke-opacity: .35; stroke-width: 1; }
.lineage .edge.rejected, .lineage .edge.retrieved { stroke-dasharray: 3 4; }
.lineage .node.consumed rect, .lineage .node.selected rect { stroke: var(--used); }
.lineage .node.influential rect { stroke: var(--good); stroke-width: 2; }
.lineage .node.observed rect { stroke: var(--seen); }
.lineage .node.rejected text, .lineage .node.retrieved text { fill: var(--dim); }
`;
