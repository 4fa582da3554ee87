import type { MarkView, ProcessView, TimelineView } from '../../readiness-view.js';
import { markup, type Markup } from '../../../../sdk/page/markup.js';

const shapes: Readonly<Record<MarkView['kind'], string>> = { read: '○', prompt: '△', effect: '◆' };
const kinds = { read: 'tool read', prompt: 'prompt', effect: 'effect' } as const;

/** A trial as the world has seen it: a lane for each process, with its calls, the fault, and where it was killed. */
export function timeline({ endMs, processes, marks }: TimelineView): Markup {
  const at = (ms: number) => `${Math.min(100, (ms / endMs) * 100).toFixed(2)}%`;
  const used = [...new Set(marks.map(({ kind }) => kind))].toSorted();
  return markup`
    <figure class="timeline">
      ${processes.map((process, i) =>
        lane(
          process,
          marks.filter((mark) => mark.process === i + 1),
          at,
        ),
      )}
      <div class="axis" aria-hidden="true"><span>0</span><span>${time(endMs)}</span></div>
      <figcaption>
        ${used.map((kind) => markup`<span class="key"><span aria-hidden="true">${shapes[kind]}</span> ${kinds[kind]}</span>`)}
        ${marks.some(({ isFault }) => isFault) && markup`<span class="key"><span class="ring" aria-hidden="true"></span> the fault</span>`}
        ${processes.some(({ killed }) => killed) && markup`<span class="key"><span class="cross" aria-hidden="true">✕</span> killed</span>`}
      </figcaption>
    </figure>`;
}

function lane({ label, fromMs, toMs, end, killed }: ProcessView, marks: readonly MarkView[], at: (ms: number) => string): Markup {
  const said = [
    `${label}, ${time(toMs - fromMs)}, ${end}`,
    ...marks.map(({ label, isFault }) => `${label}${isFault ? ' (the fault)' : ''}`),
  ];
  return markup`
    <div class="lane" role="img" aria-label="${said.join('; ')}">
      <span class="lane-name">${label}<small>${end}</small></span>
      <div class="lane-track">
        <span class="life ${killed && 'killed'}" style="left:${at(fromMs)};width:calc(${at(toMs)} - ${at(fromMs)})"></span>
        ${marks.map((mark) => markup`<span class="mark ${mark.kind} ${mark.isFault && 'fault'}" style="left:${at(mark.atMs)}" title="${mark.label}">${shapes[mark.kind]}</span>`)}
        ${killed && markup`<span class="kill" style="left:${at(toMs)}" title="${end}">✕</span>`}
      </div>
    </div>`;
}

const time = (ms: number) => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);
