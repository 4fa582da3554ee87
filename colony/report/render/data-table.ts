import { markup, type Markup } from '../../../sdk/page/markup.js';

/** The numbers of a plot, for those who cannot see it and those who want to know exactly. */
export function dataTable(head: readonly string[], rows: readonly (readonly string[])[], more = 0): Markup {
  return markup`
    <details>
      <summary>The data</summary>
      <div class="scroll" tabindex="0">
        <table class="data">
          <thead><tr>${head.map((it) => markup`<th scope="col">${it}</th>`)}</tr></thead>
          <tbody>${rows.map(([first = '', ...rest]) => markup`<tr><th scope="row">${first}</th>${rest.map((it) => markup`<td>${it}</td>`)}</tr>`)}</tbody>
        </table>
      </div>
      ${more > 0 && markup`<p class="note">${more} more are in benchmark_result.json.</p>`}
    </details>`;
}
