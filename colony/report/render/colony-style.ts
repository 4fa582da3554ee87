/** What the page of a benchmark has beyond the style of the readiness report. */
export const colonyStyle = `
:root {
  --limited: #7c93e8; --on-demand: #138a72; --redo: #d98a1f; --checkpoint: #8a5bd6; --restore: #1ba0b8; --provision: #6c7688;
  --paused: #b0a030; --idle: #dde2ea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --limited: #6076c9; --on-demand: #3fbf9f; --redo: #e2a04a; --checkpoint: #b08cf0; --restore: #45c3d9; --provision: #8c97aa;
    --paused: #d2c254; --idle: #2d3542;
  }
}
.reasons { margin: 1rem 0 0; padding-left: 1.125rem; color: var(--soft); display: grid; gap: .25rem; }
.deltas { display: grid; gap: 1.5rem; }
.delta-pair h4 { font-size: 1rem; font-weight: 500; color: var(--soft); margin-bottom: .625rem; }
.delta-pair h4::first-letter { text-transform: uppercase; }
.delta-pair.judged h4 { color: var(--ink); font-weight: 650; }
.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: .875rem 1.5rem; margin: 0; }
.figures > div { display: flex; flex-direction: column; grid-column: span 1; }
.figures .foremost { grid-column: span 2; }
.figures dt { color: var(--soft); font-size: .875rem; }
.figures dd { margin: 0; }
.figures .value { color: var(--tone); font-size: 1.125rem; font-weight: 700; letter-spacing: -.01em; line-height: 1.3; }
.figures .foremost .value { font-size: 1.5rem; }
.judged .figures .foremost .value { font-size: clamp(2rem, 6vw, 2.75rem); line-height: 1.15; letter-spacing: -.02em; }
.within { color: var(--soft); font-size: .8125rem; display: block; }

.data { font-size: .875rem; overflow-wrap: normal; }
.data th, .data td { padding: .4375rem 1.25rem .4375rem 0; text-align: left; vertical-align: top; white-space: nowrap; }
.data tbody th, .data tbody td { border-top: 1px solid var(--line); }
.data thead th { padding-bottom: .375rem; vertical-align: bottom; }
.data .within { font-weight: 400; }
.data td.good .cell-value, .data td.bad .cell-value, .data td.unsure .cell-value { color: var(--tone); font-weight: 600; }
.arms thead th, .arms td { text-align: right; }
.arms tbody th { position: sticky; left: 0; background: var(--card); }
.arms tr > :nth-child(3), .arms tr > :nth-child(5) { padding-left: .5rem; }
.arms tr > .durable-arm { background: var(--durable-soft); padding-right: .75rem; padding-left: .75rem; }
.arms tr > .naive-arm { padding-right: .75rem; }
.arms-note { margin-top: .75rem; color: var(--soft); font-size: .875rem; }
.arms-list { margin: .75rem 0 0; }

.plot { margin: 0; }
.plot svg { display: block; width: 100%; height: auto; }
.plot .narrow { display: none; }
.plot .said { margin-bottom: 1rem; text-wrap: pretty; }
.plot .legend { display: flex; flex-wrap: wrap; gap: .25rem 1.125rem; margin-top: .75rem; font-size: .8125rem; color: var(--soft); }
.swatch { width: .75rem; height: .75rem; border-radius: .1875rem; }
.plot .stroke { width: 1.75rem; height: .625rem; flex: none; }
.plot .mark-key { width: .75rem; height: .75rem; flex: none; }
.flawed { border-style: dashed; }
.broken { color: var(--bad); margin: .75rem 0 0; padding-left: 1.125rem; font-size: .875rem; }
@media (max-width: 44rem) {
  .plot .wide { display: none; }
  .plot .narrow { display: block; }
  .figures { grid-template-columns: repeat(3, 1fr); gap: .875rem .75rem; }
  .figures .foremost { grid-column: 1 / -1; }
  .figures .value { font-size: .875rem; letter-spacing: -.02em; white-space: nowrap; }
}
@media print {
  .plot .wide { display: block; }
  .plot .narrow { display: none; }
  .plot { break-inside: avoid; }
  .card { break-inside: auto; }
  .swatch, .arms td, .arms th { print-color-adjust: exact; }
}
`;
