/** What pages on one run or request look like, in the light and in the dark. They load nothing. */
export const readingStyle = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #fff; --text: #1b1f24; --dim: #5d6672; --line: #d5dae1; --good: #15803d; --used: #1d5fbf; --seen: #a16207; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) { :root { --page: #14171b; --card: #1d2127; --text: #e6e9ed; --dim: #98a2ae; --line: #363d46; --good: #4ade80; --used: #7db2ff; --seen: #eab308; --bad: #f87171; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 15px/1.5 ui-sans-serif, system-ui, sans-serif; }
main { max-width: 900px; margin: 0 auto; padding: 24px 16px 64px; }
h1 { font-size: 22px; line-height: 1.3; margin: 0 0 16px; overflow-wrap: anywhere; }
h1 .id { font-family: ui-monospace, monospace; font-size: .85em; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 1px 6px; }
h2 { font-size: 17px; margin: 0 0 6px; overflow-wrap: anywhere; }
h2 small, .end { color: var(--dim); font-weight: 400; font-size: 13px; }
.end.threw { color: var(--bad); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0 0 16px; }
dt { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; margin: 0 0 12px; }
section p { margin: 2px 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; margin: 10px 0 4px; font-size: 13.5px; }
th { text-align: left; color: var(--dim); font-weight: 400; font-size: 12.5px; }
th, td { padding: 4px 10px 4px 0; vertical-align: top; border-bottom: 1px solid var(--line); }
tbody tr:last-child td { border-bottom: 0; }
.n { text-align: right; font-variant-numeric: tabular-nums; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--page); border-radius: 6px; padding: 8px; font-size: 12.5px; }
summary { cursor: pointer; color: var(--dim); }
@media (max-width: 640px) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 6px; }
  thead { display: none; }
  tr { display: flex; flex-wrap: wrap; gap: 2px 12px; padding: 6px 0; border-bottom: 1px solid var(--line); }
  tbody tr:last-child { border-bottom: 0; }
  td { border: 0; padding: 0; }
  td:empty { display: none; }
  td.n::before { content: attr(data-name) " "; color: var(--dim); }
}
`;
