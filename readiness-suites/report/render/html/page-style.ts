/** The style of the page. Colours are variables, so that the dark scheme is a second list of them and nothing else. */
export const pageStyle = `
:root {
  --ground: #f5f6f8; --card: #ffffff; --ink: #151922; --soft: #5a6373; --line: #e2e6ed; --track: #e9ecf2;
  --good: #0d7f56; --good-soft: #e3f4ec; --bad: #c22f2b; --bad-soft: #fdeae9; --unsure: #8f5f00; --unsure-soft: #fbf1da;
  --naked: #98a2b3; --durable: #3355d6; --durable-soft: #e7ecfd; --code: #f1f3f7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1015; --card: #151a21; --ink: #e7ebf1; --soft: #9aa6b8; --line: #272e39; --track: #232a34;
    --good: #4cc596; --good-soft: #12291f; --bad: #ff7a74; --bad-soft: #331716; --unsure: #e0ae4b; --unsure-soft: #2e240f;
    --naked: #6b7688; --durable: #86a3ff; --durable-soft: #1a2340; --code: #1d232c;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums;
}
.inner { max-width: 66rem; margin: 0 auto; padding-inline: 1.5rem; }
p { margin: 0; }
h1, h2, h3, h4, h5 { margin: 0; line-height: 1.2; text-wrap: balance; }
small { font-size: .8125rem; font-weight: 400; color: var(--soft); }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .8125rem; }
pre { margin: 0; padding: .75rem 1rem; border-radius: .5rem; background: var(--code); white-space: pre-wrap; }
.command { user-select: all; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
:focus-visible { outline: 2px solid var(--durable); outline-offset: 2px; }

.sign { font-weight: 700; }
.good { --tone: var(--good); --tone-soft: var(--good-soft); }
.bad { --tone: var(--bad); --tone-soft: var(--bad-soft); }
.unsure { --tone: var(--unsure); --tone-soft: var(--unsure-soft); }
.none { --tone: var(--soft); --tone-soft: var(--track); }
.sign, .outcome { color: var(--tone); }

.verdict { background: var(--tone-soft); border-bottom: 1px solid var(--line); padding: 2.25rem 0 2.5rem; }
.brand { color: var(--soft); font-size: .875rem; letter-spacing: .02em; }
.verdict h1 { color: var(--tone); font-size: clamp(2.75rem, 9vw, 5.25rem); font-weight: 800; letter-spacing: -.03em; margin: .5rem 0 .75rem; }
.verdict h1 .sign { font-size: .8em; font-weight: 800; }
.sentence { font-size: clamp(1.0625rem, 2.4vw, 1.3125rem); max-width: 56rem; text-wrap: pretty; }
.reservation { margin-top: .5rem; color: var(--soft); }
.blocker { margin-top: 1.5rem; padding: 1.125rem 1.25rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-left: .3125rem solid var(--tone, var(--bad)); border-radius: .625rem; }
.label, .again { color: var(--soft); font-size: .875rem; }
.blocker .what { font-size: 1.25rem; font-weight: 650; margin: .125rem 0 .875rem; text-wrap: pretty; }
.blocker .what::first-letter { text-transform: uppercase; }
.blocker .what:last-child { margin-bottom: 0; }

main { display: grid; gap: 1.25rem; padding-top: 2rem; padding-bottom: 1rem; }
.agent { display: grid; gap: 1.25rem; }
.agent h2 { font-size: 1.5rem; letter-spacing: -.01em; }
.agent h2 small { margin-left: .25rem; font-size: .875rem; letter-spacing: 0; }
.agent > .blocker { margin-top: 0; }
.agent + .agent { margin-top: 1.5rem; padding-top: 2rem; border-top: 1px solid var(--line); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem 1.5rem 1.5rem; min-width: 0; }
.card > h3 { font-size: 1.0625rem; margin-bottom: 1rem; }
.agents { padding: .5rem 1.5rem; }
.agents ul, .changes { list-style: none; margin: 0; padding: 0; }
.agents li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .25rem 1rem; padding: .625rem 0; }
.agents li + li { border-top: 1px solid var(--line); }
.agents li span:last-child { color: var(--soft); }
.agents a { color: inherit; text-decoration: none; }
.agents a:hover strong { text-decoration: underline; }
.changes li { padding: .25rem 0; }

.scale { margin: 0; padding: 2rem .75rem 0; }
.scale-track { position: relative; height: .5rem; border-radius: .25rem; background: var(--track); }
.scale-way { position: absolute; top: 0; height: 100%; background: linear-gradient(90deg, var(--naked), var(--durable)); }
.scale-dot { position: absolute; top: 50%; width: 1.375rem; height: 1.375rem; margin: -.6875rem; border-radius: 50%; border: .25rem solid var(--card); background: var(--durable); }
.scale-dot.naked { background: var(--card); box-shadow: inset 0 0 0 .25rem var(--naked); }
.scale-dot > span { position: absolute; bottom: 1.25rem; left: 50%; transform: translateX(-50%); white-space: nowrap; font-weight: 750; font-size: 1.25rem; }
.scale-dot.naked > span { color: var(--soft); }
.scale-needed { position: absolute; top: -.375rem; height: 1.25rem; border-left: 2px solid var(--ink); }
.scale-needed > span { position: absolute; top: 1.25rem; right: -2rem; white-space: nowrap; font-size: .8125rem; color: var(--soft); }
.scale figcaption { display: flex; flex-wrap: wrap; gap: .375rem 1.25rem; margin: 2rem -.75rem 0; font-size: .875rem; color: var(--soft); }
.scale figcaption strong { color: var(--ink); font-weight: 600; flex-basis: 100%; font-size: 1rem; order: -1; }
.key { display: inline-flex; align-items: center; gap: .375rem; }
.key.naked::before, .key.durable::before { content: ""; width: .75rem; height: .75rem; border-radius: .1875rem; background: var(--naked); }
.key.durable::before { background: var(--durable); }

.bars { display: grid; gap: .875rem; margin-top: 1.5rem; }
.bar-row { display: grid; grid-template-columns: 8rem 1fr 3.75rem; align-items: center; gap: 1rem; }
.bar-row h4 { font-size: 1rem; font-weight: 500; }
.bar-row h4::first-letter { text-transform: uppercase; }
.bar-pair { display: grid; gap: .25rem; }
.bar { display: grid; grid-template-columns: 1fr 2rem; align-items: center; gap: .625rem; }
.bar-track { height: .625rem; border-radius: .1875rem; background: var(--track); overflow: hidden; }
.bar-fill { display: block; height: 100%; border-radius: .1875rem; background: var(--naked); }
.bar-fill.durable { background: var(--durable); }
.points { font-size: .8125rem; text-align: right; line-height: 1; }
.delta { justify-self: end; padding: .125rem .5rem; border-radius: 1rem; background: var(--track); color: var(--soft); font-weight: 650; font-size: .875rem; }
.delta.up { background: var(--good-soft); color: var(--good); }
.delta.down { background: var(--bad-soft); color: var(--bad); }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1px; margin: 0; background: var(--line); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; }
.tile { background: var(--card); padding: 1rem 1.25rem 1.125rem; }
.tile dt { color: var(--soft); font-size: .875rem; }
.tile dd { margin: .25rem 0 0; display: grid; }
.tile .is { font-size: 1.5rem; font-weight: 700; color: var(--durable); letter-spacing: -.01em; line-height: 1.25; }
.tile .was { color: var(--soft); font-size: .875rem; }
.tile .was::before { content: ""; display: inline-block; width: .5rem; height: .5rem; margin-right: .375rem; border-radius: .125rem; background: var(--naked); }

table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 500; }
thead th { color: var(--soft); font-size: .8125rem; font-weight: 400; padding-bottom: .5rem; }
.matrix td, .matrix tbody th { border-top: 1px solid var(--line); padding: .75rem 1rem .75rem 0; vertical-align: top; }
.matrix tbody th::first-letter { text-transform: uppercase; }
.matrix td { width: 13rem; }
.matrix th small { display: block; }
.outcome { font-weight: 600; }
.count { color: var(--soft); font-size: .875rem; white-space: nowrap; }
.dots { display: flex; flex-wrap: wrap; gap: .1875rem; margin-top: .375rem; }
.dot { position: relative; width: .75rem; height: .75rem; border-radius: .1875rem; background: var(--tone); }
.dot.bad { background: linear-gradient(45deg, var(--tone) 42%, var(--card) 42% 58%, var(--tone) 58%); }
.dot.unsure { background: none; box-shadow: inset 0 0 0 .1875rem var(--tone); }
.reason, .note { font-weight: 400; font-size: .875rem; color: var(--soft); margin-top: .25rem; text-wrap: pretty; }
.reason.bad { color: var(--bad); }

.mode + .mode { margin-top: 2rem; }
.mode > h4 { font-size: 1rem; margin-bottom: .5rem; }
.mode > h4::first-letter { text-transform: uppercase; }
.again { margin-bottom: .25rem; }
.trial { margin-top: 1rem; padding: 1rem 1.25rem 1.125rem; border: 1px solid var(--line); border-left: .25rem solid var(--tone); border-radius: .5rem; min-width: 0; }
.trial h5 { font-size: 1.0625rem; font-weight: 650; text-wrap: pretty; }
.about { margin-top: .25rem; color: var(--soft); font-size: .875rem; }
.arm { display: inline-block; padding: 0 .5rem; border-radius: .25rem; background: var(--track); color: var(--ink); margin-right: .25rem; }
.arm.durable { background: var(--durable-soft); color: var(--durable); }
details { margin-top: .875rem; }
summary { cursor: pointer; color: var(--soft); font-size: .875rem; }
summary:hover { color: var(--ink); }
details > pre, details > .scroll { margin-top: .625rem; }
.facts { margin: .875rem 0 0; display: grid; gap: .375rem; font-size: .875rem; }
.card > .facts { margin-top: 0; font-size: .9375rem; }
.facts > div { display: grid; grid-template-columns: 8rem 1fr; gap: 1rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; }
.scroll { overflow-x: auto; }
.calls { min-width: 38rem; font-size: .8125rem; overflow-wrap: normal; }
.calls th { padding: 0 1rem .375rem 0; }
.calls td { border-top: 1px solid var(--line); padding: .375rem 1rem .375rem 0; vertical-align: top; }
.calls td:first-child { white-space: nowrap; }
.calls .fault td { color: var(--bad); font-weight: 550; }

.timeline { margin: 1rem 0 0; }
.lane { display: grid; grid-template-columns: 8rem 1fr; gap: 1rem; align-items: center; padding: .25rem 0; }
.lane-name { font-size: .875rem; line-height: 1.25; }
.lane-name small { display: block; }
.lane-track { position: relative; height: 2.25rem; margin: 0 .75rem; border-bottom: 1px dashed var(--line); }
.life { position: absolute; top: .875rem; height: .5rem; min-width: 2px; border-radius: .25rem; background: var(--naked); opacity: .55; }
.life.killed { border-radius: .25rem 0 0 .25rem; }
.mark, .kill { position: absolute; top: 1.125rem; width: 1.375rem; height: 1.375rem; margin: -.6875rem; line-height: 1.375rem; text-align: center; font-size: .9375rem; border-radius: 50%; background: var(--card); color: var(--ink); cursor: help; }
.mark.effect { color: var(--durable); }
.mark.fault { box-shadow: 0 0 0 2px var(--bad); color: var(--bad); z-index: 1; }
.kill { color: var(--card); background: var(--bad); font-weight: 800; z-index: 2; }
.axis { display: flex; justify-content: space-between; margin: .25rem .75rem 0 9.75rem; color: var(--soft); font-size: .75rem; }
.timeline figcaption { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: .375rem 0 0 9.75rem; color: var(--soft); font-size: .8125rem; }
.ring { width: .75rem; height: .75rem; border-radius: 50%; box-shadow: inset 0 0 0 2px var(--bad); }
.cross { width: .9375rem; height: .9375rem; border-radius: 50%; background: var(--bad); color: var(--card); font-size: .625rem; line-height: .9375rem; text-align: center; font-weight: 800; }

footer { padding-top: 1rem; padding-bottom: 3rem; color: var(--soft); font-size: .8125rem; }
footer dl { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; margin: 0; }
footer dl > div { display: flex; gap: .375rem; }
footer dd { margin: 0; }

@media (max-width: 44rem) {
  .inner { padding-inline: 1rem; }
  .verdict { padding: 1.5rem 0 1.75rem; }
  .card { padding: 1rem 1rem 1.25rem; }
  .agent h2 small { display: block; margin: .25rem 0 0; }
  .bar-row { grid-template-columns: 1fr auto; gap: .375rem .75rem; }
  .bar-pair { grid-row: 2; grid-column: 1 / -1; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .tile:last-child:nth-child(odd) { grid-column: 1 / -1; }
  .matrix, .matrix tbody { display: block; }
  .matrix thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .matrix tr { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem 1rem; padding: .875rem 0; border-top: 1px solid var(--line); }
  .matrix tbody th { grid-column: 1 / -1; border: 0; padding: 0; }
  .matrix td { width: auto; border: 0; padding: 0; }
  .matrix td::before { content: attr(data-arm); display: block; color: var(--soft); font-size: .8125rem; }
  .trial { padding: .875rem 1rem 1rem; }
  .facts > div { grid-template-columns: 1fr; gap: 0; }
  .lane { grid-template-columns: 1fr; gap: .25rem; }
  .axis, .timeline figcaption { margin-left: 0; }
}
@media print { .verdict, .bar-fill, .dot, .scale-way, .delta { print-color-adjust: exact; } .card, .trial { break-inside: avoid; } }
`;
