import type { Audit, AuditArtifact } from './audit.js';
import { stateWords } from './audit-words.js';
import { escapeHtml } from '../page/escape-html.js';

/** More pieces of material than this are drawn as one, the least important ones first. */
const mostArtifacts = 40;
const importance = ['influential', 'consumed', 'selected', 'observed', 'retrieved', 'rejected'] as const;

const size = { material: 262, gap: 110, call: 230, row: 26, callHeight: 44, callGap: 16, margin: 12 } as const;
const callX = size.margin + size.material + size.gap;
const width = callX + size.call + size.margin + 34;

interface Placed {
  readonly y: number;
  readonly height: number;
}

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
  const shown = [...audit.artifacts]
    .sort((a, b) => importance.indexOf(a.state) - importance.indexOf(b.state))
    .slice(0, mostArtifacts)
    .sort((a, b) => a.uses[0]!.call - b.uses[0]!.call || importance.indexOf(a.state) - importance.indexOf(b.state));
  const hidden = audit.artifacts.length - shown.length;
  const materialHeight = (shown.length + (hidden > 0 ? 1 : 0)) * size.row;
  const calls = placeCalls(audit, materialHeight);
  const callsHeight = Math.max(...[...calls.values()].map(({ y, height }) => y + height), 40) - size.margin;
  const height = Math.max(callsHeight, materialHeight) + 2 * size.margin;
  const top = (height - materialHeight) / 2;
  const materialY = (index: number) => top + index * size.row;
  const edges = shown.flatMap((artifact, index) => artifact.uses.map((use) => ({ from: materialY(index) + size.row / 2 - 3, ...use })));
  return [
    `<svg class="lineage" viewBox="0 0 ${width} ${height}" role="img" aria-label="Which calls had which material">`,
    // What matters most is drawn last, on top of the rest.
    ...edges
      .sort((a, b) => importance.indexOf(b.state) - importance.indexOf(a.state))
      .map(({ from, call, state }) => edge(from, calls.get(call)!, state)),
    ...flowArrows(audit, calls),
    ...shown.map((artifact, index) => materialNode(artifact, materialY(index))),
    ...(hidden > 0
      ? [`<text class="more" x="${size.margin + 10}" y="${materialY(shown.length) + 15}">and ${hidden} more, in the list below</text>`]
      : []),
    ...callNodes(audit, calls),
    '</svg>',
  ].join('\n');
}

/** In their order, spread over the height of the material. */
function placeCalls({ steps, decisions }: Audit, materialHeight: number): Map<number, Placed> {
  const calls = [...new Set([...steps, ...decisions].map(({ call }) => call))].sort((a, b) => a - b);
  const pitch = Math.max(size.callHeight + size.callGap, materialHeight / Math.max(1, calls.length));
  const first = size.margin + (pitch - size.callHeight) / 2;
  return new Map(calls.map((call, index) => [call, { y: first + index * pitch, height: size.callHeight }]));
}

function edge(fromY: number, to: Placed, state: AuditArtifact['state']): string {
  const [x1, x2] = [size.margin + size.material, callX];
  const y2 = to.y + to.height / 2;
  const bend = size.gap / 2;
  return `<path class="edge ${state}" d="M${x1} ${fromY}C${x1 + bend} ${fromY} ${x2 - bend} ${y2} ${x2} ${y2}"/>`;
}

function materialNode({ reference, state, digest }: AuditArtifact, y: number): string {
  const { margin, material, row } = size;
  return (
    `<g class="node ${state}"><title>${escapeHtml(`${reference}: ${stateWords[state]}, digest ${digest}`)}</title>` +
    `<rect x="${margin}" y="${y}" width="${material}" height="${row - 6}" rx="5"/>` +
    `<text x="${margin + 10}" y="${y + 14}">${escapeHtml(cut(reference, 34))}</text></g>`
  );
}

function callNodes(audit: Audit, calls: ReadonlyMap<number, Placed>): string[] {
  return [...calls].map(([call, { y, height }]) => {
    const step = audit.steps.find((it) => it.call === call);
    const decision = audit.decisions.find((it) => it.call === call);
    const answered = decision?.modelCalls.filter(({ outcome }) => outcome === 'answered').length ?? 0;
    const asked = decision?.modelCalls.length ?? 0;
    const effect = audit.effects.find((it) => it.call === call);
    const approval = audit.approvals.find((it) => it.call === call);
    const notes = [
      step ? (step.outcome === 'returned' ? 'returned' : `threw ${step.error}`) : 'no outcome on record',
      ...(asked > 0 ? [asked === 1 && answered === 1 ? 'asked a model' : `${answered} of ${asked} model calls answered`] : []),
      ...(approval ? [approval.verdict ?? 'waits for a decision'] : []),
      ...(effect ? [`effect ${effect.state}`] : []),
    ];
    const method = (step ?? decision)!.method;
    return (
      `<g class="node call${step?.outcome === 'threw' ? ' threw' : ''}"><title>${escapeHtml(`call ${call}: ${method}, ${notes.join(', ')}`)}</title>` +
      `<rect x="${callX}" y="${y}" width="${size.call}" height="${height}" rx="7"/>` +
      `<text class="name" x="${callX + 12}" y="${y + 18}">${escapeHtml(cut(method, 28))}</text>` +
      `<text class="note" x="${callX + 12}" y="${y + 34}">${escapeHtml(cut(notes.join(' · '), 40))}</text></g>`
    );
  });
}

/** From a call to those that were given what it had returned. */
function flowArrows({ decisions }: Audit, calls: ReadonlyMap<number, Placed>): string[] {
  const x = callX + size.call;
  return decisions.flatMap(({ call, arguments: given }) =>
    given.flatMap(({ from }) => {
      const [source, target] = [from.kind === 'call' ? calls.get(from.call) : undefined, calls.get(call)];
      if (!source || !target) return [];
      const [y1, y2] = [source.y + source.height / 2, target.y + target.height / 2];
      const bulge = Math.min(30, 12 + (y2 - y1) / 12);
      return [`<path class="edge given" d="M${x} ${y1}C${x + bulge} ${y1} ${x + bulge} ${y2} ${x} ${y2}"/>`];
    }),
  );
}

function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

/** How the picture looks, by the colours that the page defines. */
export const lineageStyle = `
.lineage { font: 12px/1 ui-sans-serif, system-ui, sans-serif; display: block; width: 100%; min-width: 540px; max-width: ${width}px; height: auto; margin: 0 auto; }
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
