import { escaped } from '../markup';
import type { ReportContent } from './content';
import { curves } from './curves';
import { filters, pictures } from './pictures';
import { styles } from './styles';
import { classTable, confusionMatrix, summaryTable } from './tables';

/** Nothing may be asked of anybody: the page is whole. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** A report as one HTML file that needs nothing else: no script, no address. */
export function reportDocument(content: ReportContent): string {
  const { title, facts, summary, epochs, batches, layers, notes, recipes } = content;
  const sections = [
    `<h1>${escaped(title)}</h1>`,
    `<dl class="facts">${facts.map(({ name, value }) => `<div><dt>${escaped(name)}</dt><dd>${escaped(value)}</dd></div>`).join('')}</dl>`,
    notes.length === 0 ? '' : `<p class="notes">${notes.map(escaped).join('<br>')}</p>`,
    summaryTable(summary),
    curves(epochs, batches),
    reading(content),
    layers.length === 0 ? '' : `<h2>Filters</h2>${layers.map(filters).join('')}`,
    ...recipes.map(
      (recipe) =>
        `<h2>${escaped(recipe.title)}</h2><pre>${escaped(JSON.stringify(recipe.content, null, 2))}</pre>`,
    ),
  ];
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<link rel="icon" href="data:,">',
    `<title>${escaped(title)}</title><style>${styles}</style></head><body>`,
    ...sections.filter((section) => section !== ''),
    '</body></html>',
    '',
  ].join('\n');
}

function reading({ reading: read }: ReportContent): string {
  if (read === null) return '';
  const { classes, evaluation, misread } = read;
  const images =
    misread.pictures.length === 0 ? '' : `<h3>${escaped(misread.title)}</h3>${pictures(misread)}`;
  return `<h2>Test images</h2>${confusionMatrix(classes, evaluation)}${classTable(classes, evaluation)}${images}`;
}
