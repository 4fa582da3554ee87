import type { AgentView, ArmView, CellView, ModeView } from '../../readiness-view.js';
import { markup, type Markup } from '../../../../sdk/page/markup.js';
import { sign, toneName } from './signs.js';

/** Modes by arms, with a square for each trial. */
export function modeMatrix({ modes }: AgentView): Markup {
  return markup`
    <table class="matrix">
      <thead><tr><th scope="col">Mode</th><th scope="col">naked</th><th scope="col">durable</th></tr></thead>
      <tbody>${modes.map(row)}</tbody>
    </table>`;
}

function row(mode: ModeView): Markup {
  const about = [mode.category, mode.weight > 0 && `${mode.weight}% of the score`].filter(Boolean).join(', ');
  return markup`
    <tr>
      <th scope="row">
        ${mode.title}<small>${about}</small>
        ${mode.reason !== '' && markup`<p class="reason ${mode.durable.tone}">${mode.reason}</p>`}
        ${mode.notes.map((it) => markup`<p class="note">${it}</p>`)}
      </th>
      ${cell('naked', mode)}${cell('durable', mode)}
    </tr>`;
}

function cell(arm: ArmView, mode: ModeView): Markup {
  const { tone, word, count }: CellView = mode[arm];
  const dots = mode.dots.filter((dot) => dot.arm === arm);
  return markup`
    <td class="cell ${tone}" data-arm="${arm}">
      <span class="outcome">${sign(tone)} ${word}</span> <span class="count">${count}</span>
      <span class="dots">${dots.map((dot) => markup`<span class="dot ${dot.tone}" title="${dot.title}"><span class="sr">${toneName(dot.tone)}</span></span>`)}</span>
    </td>`;
}
