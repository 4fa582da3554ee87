import type { Spend } from '../../contract.js';
import { countText, moneyText } from '../words/amounts.js';

const height = 120;
const pitch = 24;
const fewest = 30;

/** What each day has cost, as bars; a table for whoever cannot see them. */
export function DayChart({ days }: { days: Spend['days'] }) {
  const most = Math.max(...days.map(({ costUsd }) => costUsd), Number.MIN_VALUE);
  // A few days keep the width of bars, and leave the rest of the chart free.
  const width = Math.max(days.length, fewest) * pitch;
  return (
    <figure class="days">
      <p class="dim" aria-hidden="true">
        {moneyText(most)}
      </p>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {days.map(({ day, costUsd, calls }, i) => {
          const tall = Math.max(costUsd > 0 ? 2 : 0, (costUsd / most) * (height - 4));
          return (
            <g>
              <title>{`${day}: ${moneyText(costUsd)}, ${countText(calls)} calls`}</title>
              <rect class="back" x={i * pitch} y={0} width={pitch} height={height} />
              <rect x={i * pitch + 3} y={height - tall} width={pitch - 6} height={tall} />
            </g>
          );
        })}
      </svg>
      <p class={days.length < fewest ? 'few ends dim' : 'ends dim'} aria-hidden="true">
        <span>{days[0]!.day}</span>
        {days.length > 1 && <span>{days.at(-1)!.day}</span>}
      </p>
      <table class="unseen">
        <caption>What each day has cost, days in UTC</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Cost</th>
            <th scope="col">Calls</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, costUsd, calls }) => (
            <tr>
              <th scope="row">{day}</th>
              <td>{moneyText(costUsd)}</td>
              <td>{countText(calls)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
