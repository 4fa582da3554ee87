import type { AgentView, PairView } from '../../readiness-view.js';
import { markup, type Markup } from '../../../../sdk/page/markup.js';

/** The scale from 0 to 100 with the way from the naked to the durable score, and the threshold. */
export function scoreScale({ score, durability }: AgentView): Markup {
  const { naked, durable, threshold } = score;
  const label = `Score without the engine ${said(naked)}, with it ${said(durable)}, ${threshold} needed.`;
  const way = naked !== undefined && durable !== undefined && { from: Math.min(naked, durable), to: Math.max(naked, durable) };
  return markup`
    <figure class="scale">
      <div class="scale-track" role="img" aria-label="${label}">
        ${way && markup`<span class="scale-way" style="left:${way.from}%;width:${way.to - way.from}%"></span>`}
        <span class="scale-needed" style="left:${threshold}%"><span>${threshold} needed</span></span>
        ${naked !== undefined && markup`<span class="scale-dot naked" style="left:${naked}%"><span>${naked}</span></span>`}
        ${durable !== undefined && markup`<span class="scale-dot durable" style="left:${durable}%"><span>${durable}</span></span>`}
      </div>
      <figcaption>
        <span class="key naked">naked: no engine</span><span class="key durable">durable: the same class, by the engine</span>
        <strong>${durability}</strong>
      </figcaption>
    </figure>`;
}

/** The four categories, each with a bar an arm. */
export function categoryBars({ categories }: AgentView): Markup {
  return markup`
    <div class="bars">
      ${categories.map(
        (it) => markup`
        <div class="bar-row">
          <h4>${it.name}</h4>
          <div class="bar-pair" role="img" aria-label="${it.name}: naked ${said(it.naked)}, durable ${said(it.durable)}">
            ${bar('naked', it.naked)}${bar('durable', it.durable)}
          </div>
          ${deltaChip(it)}
        </div>`,
      )}
    </div>`;
}

function bar(arm: 'naked' | 'durable', points: number | undefined): Markup {
  if (points === undefined) return markup`<div class="bar"><span class="bar-track"></span><span class="points">–</span></div>`;
  return markup`<div class="bar"><span class="bar-track"><span class="bar-fill ${arm}" style="width:${points}%"></span></span><span class="points">${points}</span></div>`;
}

function deltaChip({ delta }: PairView): Markup {
  if (delta === undefined) return markup`<span class="delta">–</span>`;
  const kind = delta > 0 ? 'up' : delta < 0 ? 'down' : '';
  return markup`<span class="delta ${kind}">${delta > 0 ? `+${delta}` : delta < 0 ? `−${-delta}` : '±0'}</span>`;
}

/** At most five figures. */
export function headlineTiles({ headlines }: AgentView): Markup {
  return markup`
    <dl class="tiles">
      ${headlines.map(
        ({ label, naked, durable }) => markup`
        <div class="tile"><dt>${label}</dt><dd><span class="is"><span class="sr">durable: </span>${durable}</span><span class="was">naked: ${naked}</span></dd></div>`,
      )}
    </dl>`;
}

const said = (points: number | undefined) => (points === undefined ? 'not known' : String(points));
