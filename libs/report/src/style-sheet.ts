import { Html } from './html.ts';

const NAMED =
  'passed assertion exception syntax timeout other before fcft pretraining phase-sample phase-evaluate phase-build phase-data phase-train phase-publish phase-validate phase-wait class-1 class-2 class-3 class-4 class-5'.split(
    ' ',
  );

/** The page's styles; colours for light and dark that the common colour blindnesses can tell apart. */
export const styleSheet: Html = new Html(`
:root {
  color-scheme: light dark;
  --paper: #fbfbf9; --card: #ffffff; --ink: #1d2127; --quiet: #626a75; --rule: #dfe2e6; --code: #f3f4f2;
  --passed: #0a8a5f; --assertion: #e0a100; --exception: #d5552b; --syntax: #8c4bb4; --timeout: #3b7dc4;
  --other: #8d949e; --before: #8d949e; --fcft: #d5552b; --pretraining: #3b7dc4;
  --phase-sample: #3b7dc4; --phase-evaluate: #e0a100; --phase-train: #0a8a5f; --phase-publish: #8c4bb4;
  --phase-build: #d5552b; --phase-data: #6b5b2e; --phase-validate: #b83280; --phase-wait: #8d949e;
  --class-1: #d5552b; --class-2: #3b7dc4; --class-3: #e0a100; --class-4: #8c4bb4; --class-5: #5aa3a3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171b; --card: #1c2026; --ink: #e7e9ec; --quiet: #9aa3ae; --rule: #333941; --code: #15181d;
    --passed: #35c38f; --assertion: #f0bd3a; --exception: #f0805a; --syntax: #b98be0; --timeout: #6ea8e8;
    --other: #7d858f; --before: #8d949e; --fcft: #f0805a; --pretraining: #6ea8e8;
    --phase-sample: #6ea8e8; --phase-evaluate: #f0bd3a; --phase-train: #35c38f; --phase-publish: #b98be0;
    --phase-build: #f0805a; --phase-data: #b8a56a; --phase-validate: #e879b9; --phase-wait: #7d858f;
    --class-1: #f0805a; --class-2: #6ea8e8; --class-3: #f0bd3a; --class-4: #b98be0; --class-5: #7cc7c7;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 0.25rem; letter-spacing: -0.015em; }
h2 { font-size: 1.3rem; margin: 3rem 0 0.75rem; padding-top: 1rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 1.75rem 0 0.5rem; }
h4 { font-size: 0.8rem; margin: 0; padding: 0.4rem 0.8rem; color: var(--quiet); font-weight: 600; }
p { max-width: 46rem; }
.quiet { color: var(--quiet); }
.lead { font-size: 1.1rem; margin: 0.75rem 0 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: 0.75rem; margin: 1.5rem 0 0; padding: 0; }
.tiles > div { background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 0.8rem 1rem; }
.tiles dt { color: var(--quiet); font-size: 0.85rem; margin: 0; }
main .tiles dd { font-size: 1.15rem; font-weight: 650; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.tiles small { display: block; font-size: 0.85rem; font-weight: 400; color: var(--quiet); letter-spacing: 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(30rem, 100%), 1fr)); gap: 1rem; }
figure { margin: 0; background: var(--card); border: 1px solid var(--rule); border-radius: 10px; padding: 0.9rem 1rem; min-width: 0; }
figcaption { font-weight: 600; margin-bottom: 0.5rem; }
svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; }
section > svg { max-width: 46rem; }
svg text { fill: var(--quiet); text-anchor: middle; }
svg text.end { text-anchor: end; }
svg text.row-label { text-anchor: start; fill: var(--ink); font-size: 13px; }
.grid { stroke: var(--rule); }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
.interval { stroke-width: 5; stroke-linecap: round; opacity: 0.45; }
.part { stroke: var(--card); stroke-width: 1; }
.part:hover, circle:hover { opacity: 0.8; }
.legend { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; list-style: none; margin: 0.5rem 0 0; padding: 0; font-size: 0.85rem; }
.swatch { display: inline-block; width: 0.75em; height: 0.75em; border-radius: 3px; margin-right: 0.4em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 0.92rem; margin: 0.75rem 0; }
th, td { padding: 0.3rem 0.9rem 0.3rem 0; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
thead th { color: var(--quiet); font-weight: 600; }
tbody th, tfoot th { text-align: left; font-weight: 400; }
.strong th, .strong td:not(.quiet) { font-weight: 650; }
pre { margin: 0; padding: 0.6rem 0.8rem; overflow-x: auto; background: var(--code); font: 0.83rem/1.5 ui-monospace, monospace; tab-size: 4; }
code { font-family: ui-monospace, monospace; font-size: 0.88em; overflow-wrap: anywhere; }
pre code { font-size: inherit; overflow-wrap: normal; }
.listing { background: var(--card); border: 1px solid var(--rule); border-left-width: 4px; border-radius: 8px; overflow: hidden; margin: 0.75rem 0; }
.listing.bad { border-left-color: var(--exception); }
.listing.good { border-left-color: var(--passed); }
.listing.feedback { border-left-color: var(--assertion); }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 0 0.75rem; }
.pair .listing { min-width: 0; }
details { margin: 1rem 0; }
summary { cursor: pointer; font-weight: 600; }
dt { font-weight: 600; margin-top: 0.5rem; }
dd { margin: 0; }
${NAMED.map((name) => `.fill-${name} { fill: var(--${name}); background: var(--${name}); }`).join('\n')}
${NAMED.map((name) => `.stroke-${name} { stroke: var(--${name}); }`).join('\n')}
`);
