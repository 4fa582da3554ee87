import { useState } from 'preact/hooks';
import type { LineagePage } from '../../contract.js';
import { shownText } from '../words/shown-text.js';

type Node = { readonly kind: 'material' | 'call'; readonly key: number };

/** Material on the left, calls on the right; what hangs together with the node that is pointed at, or has the focus, stands out. */
export function LineagePicture({ page }: { page: LineagePage }) {
  const [node, setNode] = useState<Node>();
  const touches = (edge: LineagePage['edges'][number]) =>
    node === undefined || (node.kind === 'call' ? edge.call === node.key : edge.material === node.key);
  const near = page.edges.filter(touches);
  const lit = (kind: Node['kind'], key: number) =>
    node === undefined ||
    (node.kind === kind && node.key === key) ||
    near.some((edge) => (kind === 'call' ? edge.call === key : edge.material === key));
  const events = (kind: Node['kind'], key: number) => ({
    tabIndex: 0,
    onMouseEnter: () => setNode({ kind, key }),
    onMouseLeave: () => setNode(undefined),
    onFocus: () => setNode({ kind, key }),
    onBlur: () => setNode(undefined),
  });
  return (
    <div class="picture" tabIndex={0} role="group" aria-label="Which calls had which material; the same stands in the lists below">
      <svg class="lineage" viewBox={`0 0 ${page.width} ${page.height}`} width={page.width} height={page.height}>
        {page.edges.map((edge) => (
          <path class={`edge ${edge.state}${touches(edge) ? '' : ' faint'}`} d={edge.path} />
        ))}
        {page.material.map(({ reference, state, stateWords, digest, x, y, width, height }, i) => {
          const words = shownText(`${reference}: ${stateWords}, digest ${digest}`);
          return (
            <g class={`node ${state}${lit('material', i) ? '' : ' faint'}`} role="img" aria-label={words} {...events('material', i)}>
              <title>{words}</title>
              <rect x={x} y={y} width={width} height={height} rx={3} />
              <text x={x + 10} y={y + height / 2 + 4}>
                {cut(reference, 34)}
              </text>
            </g>
          );
        })}
        {page.calls.map(({ call, method, threw, notes, x, y, width, height }) => {
          const words = shownText(`call ${call}: ${method}, ${notes.join(', ')}`);
          return (
            <g
              class={`node call${threw ? ' threw' : ''}${lit('call', call) ? '' : ' faint'}`}
              role="img"
              aria-label={words}
              {...events('call', call)}
            >
              <title>{words}</title>
              <rect x={x} y={y} width={width} height={height} rx={3} />
              <text class="name" x={x + 12} y={y + 19}>
                {cut(method, 28)}
              </text>
              <text class="note" x={x + 12} y={y + 34}>
                {cut(notes.join(' · '), 38)}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function cut(text: string, length: number): string {
  const characters = Array.from(shownText(text));
  return characters.length <= length ? characters.join('') : `${characters.slice(0, length - 1).join('')}…`;
}
