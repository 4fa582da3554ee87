import { escapeHtml } from '../../../sdk/page/escape-html.js';
import type { Frame } from './profile-tree.js';

const width = 1200;
const rowHeight = 18;
/** Of the whole; what is narrower is left out. */
const least = 0.002;

/** The calls as a picture: callers above what they call, as wide as the time that was spent in them. */
export function flameSvg(root: Frame, title: string): string {
  const boxes: string[] = [];
  let depth = 0;
  const draw = (frame: Frame, x: number, row: number) => {
    const share = frame.total / root.total;
    if (share < least) return;
    depth = Math.max(depth, row);
    const wide = share * width;
    const label = frame.origin.startsWith('sdk') ? `${frame.name} ${frame.origin}` : frame.name;
    const letters = Math.floor((wide - 6) / 6.2);
    const shown = letters < 3 ? '' : label.length > letters ? `${label.slice(0, letters - 1)}…` : label;
    const y = 30 + row * rowHeight;
    boxes.push(
      `<g><title>${escapeHtml(`${label}: ${(100 * share).toFixed(1)} %`)}</title>` +
        `<rect x="${x.toFixed(1)}" y="${y}" width="${wide.toFixed(1)}" height="${rowHeight - 1}" fill="${colourOf(frame.origin)}"/>` +
        (shown ? `<text x="${(x + 3).toFixed(1)}" y="${y + 13}">${escapeHtml(shown)}</text>` : '') +
        '</g>',
    );
    let left = x;
    for (const call of [...frame.calls.values()].sort((a, b) => b.total - a.total)) {
      draw(call, left, row + 1);
      left += (call.total / root.total) * width;
    }
  };
  draw(root, 0, 0);
  const height = 36 + (depth + 1) * rowHeight;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, monospace" font-size="10">` +
    `<rect width="${width}" height="${height}" fill="#fff"/><text x="4" y="18" font-size="13">${escapeHtml(title)}</text>\n${boxes.join('\n')}\n</svg>\n`
  );
}

/** SQLite's and native ones, the engine's, Node's, and what is nobody's. */
function colourOf(origin: string): string {
  if (origin === 'native' || origin === 'better-sqlite3') return '#f4a582';
  if (origin.startsWith('sdk/sqlite')) return '#fddbc7';
  if (origin.startsWith('sdk')) return '#92c5de';
  if (origin === 'node') return '#d9ead3';
  return '#e0e0e0';
}
