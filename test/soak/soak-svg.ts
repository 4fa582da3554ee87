import type { Quantity } from './gauges.js';
import type { SoakReport } from './soak-report.js';

const [width, height] = [900, 260];
const plot = { left: 50, right: width - 20, top: 36, bottom: height - 34 };
const lines: readonly { readonly quantity: Quantity; readonly label: string; readonly colour: string }[] = [
  { quantity: 'memory', label: 'memory of the process that is never killed', colour: '#2166ac' },
  { quantity: 'wal', label: 'log of the file', colour: '#b35806' },
  { quantity: 'file', label: 'file', colour: '#1b7837' },
];

/** Memory and file over the time of a soak, in megabytes, from zero. */
export function soakSvg({ samples }: Pick<SoakReport, 'samples'>): string {
  const minutes = samples.at(-1)!.seconds / 60;
  const most = Math.ceil(Math.max(...samples.map(({ memory }) => memory)) / 20) * 20;
  const x = (minute: number) => plot.left + (minute / minutes) * (plot.right - plot.left);
  const y = (megabytes: number) => plot.bottom - (megabytes / most) * (plot.bottom - plot.top);
  const across = Array.from({ length: most / 20 + 1 }, (_, n) => n * 20).map(
    (value) =>
      `<line x1="${plot.left}" x2="${plot.right}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/><text x="${plot.left - 6}" y="${y(value) + 4}" text-anchor="end">${value}</text>`,
  );
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (part) => `<text x="${x(part * minutes)}" y="${height - 14}" text-anchor="middle">${Math.round(part * minutes)}</text>`,
  );
  const drawn = lines.map(({ quantity, label, colour }, n) => {
    const points = samples.map((it) => `${x(it.seconds / 60).toFixed(1)},${y(it[quantity]).toFixed(1)}`).join(' ');
    const at = plot.left + n * 290;
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.5"/><rect x="${at}" y="12" width="12" height="4" fill="${colour}"/><text x="${at + 18}" y="18">${label}</text>`;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-sans-serif, sans-serif" font-size="12">` +
    `<title>Megabytes over minutes</title><rect width="${width}" height="${height}" fill="#fff"/>\n${[...across, ...ticks, ...drawn].join('\n')}\n</svg>\n`
  );
}
