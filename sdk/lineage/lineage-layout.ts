import type { ArtifactState } from '../store/index.js';
import type { Audit } from './audit.js';

/** More pieces of material than this are drawn as one, the least important ones first. */
const mostArtifacts = 40;
const importance = ['influential', 'consumed', 'selected', 'observed', 'retrieved', 'rejected'] as const;

const size = { material: 262, gap: 110, call: 230, row: 26, callHeight: 44, callGap: 16, margin: 12 } as const;
const callX = size.margin + size.material + size.gap;

/** How wide every picture is. */
export const lineageWidth = callX + size.call + size.margin + 34;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PlacedMaterial extends Box {
  readonly reference: string;
  readonly digest: string;
  readonly state: ArtifactState;
}

export interface PlacedCall extends Box {
  readonly call: number;
  readonly method: string;
  readonly threw: boolean;
  /** What became of it, in words. */
  readonly notes: readonly string[];
}

export interface PlacedEdge {
  /** SVG path data. */
  readonly path: string;
  /** `given`: from a call to one that was given what it had returned. */
  readonly state: ArtifactState | 'given';
  /** The place in `material`; undefined if the edge is from a call. */
  readonly material: number | undefined;
  /** The call that it leads to. */
  readonly call: number;
}

/** The lineage of a run, placed: material on the left, calls on the right in their order. What matters most is drawn last. */
export interface LineageLayout {
  readonly width: number;
  readonly height: number;
  readonly material: readonly PlacedMaterial[];
  readonly calls: readonly PlacedCall[];
  readonly edges: readonly PlacedEdge[];
  /** How many pieces of material have no place. */
  readonly hidden: number;
  /** Where it can be said that they are left out. */
  readonly hiddenAt: { readonly x: number; readonly y: number };
}

/** Places what an audit tells. */
export function layoutLineage(audit: Audit): LineageLayout {
  const shown = [...audit.artifacts]
    .sort((a, b) => importance.indexOf(a.state) - importance.indexOf(b.state))
    .slice(0, mostArtifacts)
    .sort((a, b) => a.uses[0]!.call - b.uses[0]!.call || importance.indexOf(a.state) - importance.indexOf(b.state));
  const hidden = audit.artifacts.length - shown.length;
  const materialHeight = (shown.length + (hidden > 0 ? 1 : 0)) * size.row;
  const calls = placeCalls(audit, materialHeight);
  const callsHeight = Math.max(...calls.map(({ y, height }) => y + height), 40) - size.margin;
  const height = Math.max(callsHeight, materialHeight) + 2 * size.margin;
  const top = (height - materialHeight) / 2;
  const material = shown.map(({ reference, digest, state }, index) => {
    const box = { x: size.margin, y: top + index * size.row, width: size.material, height: size.row - 6 };
    return { reference, digest, state, ...box };
  });
  const placed = new Map(calls.map((it) => [it.call, it]));
  const uses = shown.flatMap((artifact, index) =>
    artifact.uses.map(({ call, state }) => ({ path: usePath(material[index]!, placed.get(call)!), state, material: index, call })),
  );
  return {
    width: lineageWidth,
    height,
    material,
    calls,
    edges: [...uses.sort((a, b) => importance.indexOf(b.state) - importance.indexOf(a.state)), ...givenEdges(audit, placed)],
    hidden,
    hiddenAt: { x: size.margin + 10, y: top + shown.length * size.row + 15 },
  };
}

/** In their order, spread over the height of the material. */
function placeCalls(audit: Audit, materialHeight: number): PlacedCall[] {
  const calls = [...new Set([...audit.steps, ...audit.decisions].map(({ call }) => call))].sort((a, b) => a - b);
  const pitch = Math.max(size.callHeight + size.callGap, materialHeight / Math.max(1, calls.length));
  const first = size.margin + (pitch - size.callHeight) / 2;
  return calls.map((call, index) => ({
    ...describeCall(audit, call),
    x: callX,
    y: first + index * pitch,
    width: size.call,
    height: size.callHeight,
  }));
}

function describeCall(audit: Audit, call: number): Omit<PlacedCall, keyof Box> {
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
  return { call, method: (step ?? decision)!.method, threw: step?.outcome === 'threw', notes };
}

function usePath(from: PlacedMaterial, to: PlacedCall): string {
  const [x1, x2] = [from.x + from.width, to.x];
  const [y1, y2] = [from.y + size.row / 2 - 3, to.y + to.height / 2];
  const bend = size.gap / 2;
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** From a call to those that were given what it had returned. */
function givenEdges({ decisions }: Audit, calls: ReadonlyMap<number, PlacedCall>): PlacedEdge[] {
  const x = callX + size.call;
  return decisions.flatMap(({ call, arguments: given }) =>
    given.flatMap(({ from }): PlacedEdge[] => {
      const [source, target] = [from.kind === 'call' ? calls.get(from.call) : undefined, calls.get(call)];
      if (!source || !target) return [];
      const [y1, y2] = [source.y + source.height / 2, target.y + target.height / 2];
      const bulge = Math.min(30, 12 + (y2 - y1) / 12);
      return [{ path: `M${x} ${y1}C${x + bulge} ${y1} ${x + bulge} ${y2} ${x} ${y2}`, state: 'given', material: undefined, call }];
    }),
  );
}
