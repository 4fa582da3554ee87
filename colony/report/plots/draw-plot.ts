import type * as ECharts from 'echarts';
import { importPeer } from '../../../sdk/errors/import-peer.js';

/** What is drawn, and how large. */
export interface Plot {
  readonly height: number;
  readonly option: ECharts.EChartsOption;
}

/** The whole library in one file: loaded in a quarter of the time that its modules take one by one. */
const bundle: string = 'echarts/dist/echarts.esm.min.mjs';

/**
 * Draws plots as SVG, outside of any browser. Throws `DF_PEER_MISSING` if ECharts is not installed.
 *
 * The same plot has the same bytes: the ids that the library counts through a process are replaced by `name`, which has to
 * be unique on a page.
 */
export async function openPlotter(): Promise<(name: string, width: number, plot: Plot) => string> {
  const { init } = (await importPeer('echarts', () => import(bundle))) as typeof ECharts;
  return (name, width, { height, option }) => {
    const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
    try {
      chart.setOption({ animation: false, textStyle: { fontFamily: 'inherit' }, ...option });
      return cleaned(chart.renderToSVGString({ useViewBox: true }), name);
    } finally {
      chart.dispose();
    }
  };
}

/** Takes out what is not seen, or is for pointers and scripts, of which there are none, and gives ids that depend on nothing but the name. */
function cleaned(svg: string, name: string): string {
  return svg
    .replace(/<path [^>]*(?:\bd=""|fill-opacity="0"[^>]*stroke-width="0")[^>]*><\/path>\n?/g, '')
    .replace(/<style\b[\s\S]*?<\/style>/g, '')
    .replace(
      / (?:class="zr\d+-cls-\d+"|ecmeta_\w+="[^"]*"|pointer-events="[^"]*"|xmlns(?::\w+)?="[^"]*"|xml:\w+="[^"]*"|version="[^"]*")/g,
      '',
    )
    .replace(/font-family:inherit;?/g, '')
    .replace(/ style=""/g, '')
    .replace(/\bzr\d+-/g, `${name}-`);
}
