import type { BudgetLine, Spend as SpendPage } from '../../contract.js';
import { useResource } from '../api/use-resource.js';
import { ErrorNote } from '../parts/error-note.js';
import { RunLink } from '../parts/run-link.js';
import { Text } from '../parts/text.js';
import { Title } from '../parts/title.js';
import { countText, moneyText } from '../words/amounts.js';
import { DayChart } from './day-chart.js';

const kinds: Readonly<Record<BudgetLine['kind'], string>> = {
  step: 'step',
  run: 'run',
  workflow: 'workflow',
  day: 'day',
  session: 'session',
};

/** What models have cost, against what they may cost. */
export function Spend() {
  const { data, error } = useResource<SpendPage>('/api/spend');
  return (
    <>
      <Title name="Spend" />
      {error && <ErrorNote error={error} alert />}
      {data && (
        <>
          <section aria-labelledby="budgets">
            <h2 id="budgets">Budgets</h2>
            {data.budgets.length === 0 && <p class="dim">No budget is in use.</p>}
            <ul class="plain-list budgets">
              {data.budgets.map((budget) => (
                <Budget key={`${budget.kind} ${budget.key}`} budget={budget} />
              ))}
            </ul>
          </section>
          {data.isPartial && <p class="notice">There are so many calls that days and models below count those of the newest runs only.</p>}
          <section aria-labelledby="days">
            <h2 id="days">By day</h2>
            {data.days.length === 0 ? <p class="dim">No model was asked yet.</p> : <DayChart days={data.days} />}
          </section>
          {data.models.length > 0 && <Models models={data.models} />}
        </>
      )}
    </>
  );
}

function Budget({ budget }: { budget: BudgetLine }) {
  const { kind, key, committedUsd, reservedUsd, limitUsd } = budget;
  const name = <>{kind === 'run' || kind === 'step' ? <RunLink id={key} /> : <Text of={key} />}</>;
  if (limitUsd === null) {
    return (
      <li>
        <p>
          {name} <span class="dim">{kinds[kind]}</span>
        </p>
        <p class="dim">{moneyText(committedUsd)}; its limit is not on record</p>
      </li>
    );
  }
  const share = limitUsd > 0 ? committedUsd / limitUsd : 1;
  const level = share >= 1 ? 'full' : share > 0.8 ? 'high' : 'fine';
  const percent = (part: number) => `${Math.min(100, Math.max(0, part * 100)).toFixed(2)}%`;
  return (
    <li>
      <p>
        {name} <span class="dim">{kinds[kind]}</span>
      </p>
      <div
        class={`meter ${level}`}
        role="meter"
        aria-label={`Budget of ${kinds[kind]} ${key}`}
        aria-valuemin={0}
        aria-valuemax={limitUsd}
        aria-valuenow={Math.min(committedUsd, limitUsd)}
        aria-valuetext={`${moneyText(committedUsd)} of ${moneyText(limitUsd)}`}
      >
        <span class="spent" style={{ width: percent(share) }} />
        {limitUsd > 0 && (
          <span
            class="reserved"
            style={{ left: percent((committedUsd - reservedUsd) / limitUsd), width: percent(Math.min(reservedUsd / limitUsd, 1)) }}
          />
        )}
      </div>
      <p>
        {moneyText(committedUsd)} of {moneyText(limitUsd)}
        {reservedUsd > 0 && <span class="dim">, {moneyText(reservedUsd)} of it set aside</span>}
        {level === 'high' && <strong class="tone-wait"> over 80 %</strong>}
        {level === 'full' && <strong class="tone-bad"> nothing left</strong>}
      </p>
    </li>
  );
}

function Models({ models }: { models: SpendPage['models'] }) {
  return (
    <section aria-labelledby="models">
      <h2 id="models">By model</h2>
      <table class="cards">
        <caption class="unseen">What each model has cost</caption>
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col" class="n">
              Calls
            </th>
            <th scope="col" class="n">
              Tokens in
            </th>
            <th scope="col" class="n">
              Tokens out
            </th>
            <th scope="col" class="n">
              Cost
            </th>
          </tr>
        </thead>
        <tbody>
          {models.map(({ model, provider, calls, inputTokens, outputTokens, costUsd, unknownCosts }) => (
            <tr>
              <th scope="row">
                <Text of={model} /> <span class="dim">{provider}</span>
              </th>
              <td class="n" data-name="Calls">
                {countText(calls)}
              </td>
              <td class="n" data-name="Tokens in">
                {countText(inputTokens)}
              </td>
              <td class="n" data-name="Tokens out">
                {countText(outputTokens)}
              </td>
              <td class="n" data-name="Cost">
                {moneyText(costUsd)}
                {unknownCosts > 0 && <span class="dim"> and {countText(unknownCosts)} calls of unknown cost</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
