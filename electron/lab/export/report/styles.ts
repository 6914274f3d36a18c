/** Of the report's page: light or dark as the reader's system has it, light on paper. */
export const styles = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1a1e25; --quiet: #5a6270; --line: #d6dae1; --panel: #f4f5f7;
  --training: #0a5fd0; --validation: #c2520e; --strong: 10 95 208; }
@media (prefers-color-scheme: dark) { :root { --paper: #14161a; --ink: #e6eaf0; --quiet: #9aa3b1; --line: #333944;
  --panel: #1c1f25; --training: #62a0ff; --validation: #ffa560; --strong: 98 160 255; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 32px 24px 64px; max-width: 1080px; background: var(--paper); color: var(--ink);
  font: 14px/1.5 Inter, system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 16px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 40px 0 12px; padding-bottom: 4px; border-bottom: 1px solid var(--line); }
h3 { font-size: 14px; margin: 24px 0 8px; overflow-wrap: anywhere; }
.facts { display: flex; flex-wrap: wrap; gap: 8px 32px; margin: 0; }
.facts dt { color: var(--quiet); font-size: 12px; }
.facts dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 3px 10px; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--quiet); font-weight: 500; border-bottom: 1px solid var(--line); }
tbody th { font-weight: 500; }
tfoot td, tfoot th { border-top: 1px solid var(--line); font-weight: 600; }
.text { text-align: left; }
.confusion td { border: 1px solid var(--line); text-align: center; min-width: 46px; padding: 3px 6px;
  background: rgb(var(--strong) / calc(var(--share) * 0.75)); }
.confusion td.right { outline: 1px solid var(--ink); outline-offset: -2px; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 24px; }
figure { margin: 0; }
figcaption { color: var(--quiet); font-size: 12px; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--quiet); font-size: 11px; }
svg .grid { stroke: var(--line); }
svg polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.training { stroke: var(--training); color: var(--training); }
.validation { stroke: var(--validation); color: var(--validation); stroke-dasharray: 5 3; }
.legend { display: flex; gap: 16px; font-size: 12px; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(84px, 1fr)); gap: 12px; }
.pictures img { width: 72px; height: 72px; object-fit: contain; image-rendering: pixelated; background: #808080; }
.pictures img + img { margin-top: 4px; }
.pictures figcaption { font-size: 11px; line-height: 1.35; }
.pictures b { color: var(--ink); font-weight: 600; }
pre { padding: 12px; background: var(--panel); border-radius: 6px; font-size: 12px; overflow-x: auto; }
.notes { color: var(--quiet); }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --quiet: #444; --line: #bbb; --panel: #f4f5f7;
  --training: #0a5fd0; --validation: #c2520e; --strong: 10 95 208; }
  body { padding: 0; max-width: none; font-size: 11px; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  figure, tr, .charts > * { break-inside: avoid; } h2, h3 { break-after: avoid; } .wide, pre { overflow: visible; }
  pre { white-space: pre-wrap; } }
`;
