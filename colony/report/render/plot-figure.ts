import { markup, Markup } from '../../../sdk/page/markup.js';
import type { Plot } from '../plots/draw-plot.js';
import { crossPath } from '../plots/plot-parts.js';

export interface PlotFigure {
  /** Unique on the page. */
  readonly name: string;
  readonly title: string;
  /** What the picture shows, in words: its text alternative, and the sentence above it. */
  readonly said: string;
  readonly plot: (narrow: boolean) => Plot;
  readonly legend: readonly Markup[];
  readonly data: Markup;
}

const widths = { wide: 980, narrow: 340 } as const;

/** A card with a plot, drawn once for wide and once for narrow windows so that its letters stay readable. */
export function plotFigure(draw: (name: string, width: number, plot: Plot) => string, figure: PlotFigure): Markup {
  const { name, title, said, plot, legend, data } = figure;
  const drawn = (kind: keyof typeof widths) =>
    markup`<div class="${kind}" role="img" aria-label="${title}: ${said}">${Markup.trusted(draw(`${name}-${kind}`, widths[kind], plot(kind === 'narrow')))}</div>`;
  return markup`
    <section class="card">
      <h3>${title}</h3>
      <figure class="plot">
        <p class="said">${said}</p>
        ${drawn('wide')}${drawn('narrow')}
        ${legend.length > 0 && markup`<figcaption class="legend">${legend}</figcaption>`}
      </figure>
      ${data}
    </section>`;
}

export const swatch = (color: string, text: string) =>
  markup`<span class="key"><span class="swatch" style="background:${color}" aria-hidden="true"></span> ${text}</span>`;

export function stroke(color: string, dash: readonly number[] | undefined, text: string): Markup {
  const dashes = dash && markup`stroke-dasharray="${dash.join(' ')}"`;
  return markup`<span class="key"><svg class="stroke" viewBox="0 0 28 10" aria-hidden="true"><path d="M0 5H28" stroke="${color}" stroke-width="2.5" ${dashes}/></svg> ${text}</span>`;
}

export const cross = (color: string, text: string) =>
  markup`<span class="key"><svg class="mark-key" viewBox="0 0 8 8" aria-hidden="true"><path d="${crossPath}" fill="${color}"/></svg> ${text}</span>`;
