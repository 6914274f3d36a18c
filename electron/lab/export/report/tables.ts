import type { Evaluation } from '#shared/evaluation';
import type { ModelSummary } from '#shared/summary';
import { escaped } from '../markup';

const whole = (count: number | null): string => (count === null ? '–' : count.toLocaleString('en-US'));
const share = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(4));

/** Layer by layer: output, parameters, operations. */
export function summaryTable({ layers, parameters, flops }: ModelSummary): string {
  const rows = layers.map(
    (layer) =>
      `<tr><th scope="row">${escaped(layer.name)}</th><td class="text">${escaped(layer.type)}</td>` +
      `<td class="text">${escaped(layer.activation ?? '')}</td><td>${layer.outputShape.join(' × ')}</td>` +
      `<td>${whole(layer.parameters)}</td><td>${whole(layer.flops)}</td></tr>`,
  );
  return (
    '<h2>Layers</h2><div class="wide"><table id="layers"><thead><tr><th scope="col">Layer</th><th scope="col" class="text">Kind</th>' +
    '<th scope="col" class="text">Activation</th><th scope="col">Output</th><th scope="col">Parameters</th>' +
    `<th scope="col">FLOP an image</th></tr></thead><tbody>${rows.join('')}</tbody><tfoot><tr><th scope="row">Together</th>` +
    `<td></td><td></td><td></td><td>${whole(parameters)}</td><td>${whole(flops)}</td></tr></tfoot></table></div>`
  );
}

/** More classes are not shown in one matrix. */
const mostClasses = 60;

/** Rows are what an image shows, columns what it was read as; colours are shares of a row. */
export function confusionMatrix(
  classes: readonly string[],
  { confusion, classes: scores }: Evaluation,
): string {
  const count = scores.length;
  if (count > mostClasses) {
    return `<p class="notes">The confusion matrix of ${count} classes is left out: a page has no room for it.</p>`;
  }
  const nameOf = (index: number) => escaped(classes[index] ?? String(index));
  const header = scores.map((_, index) => `<th scope="col">${nameOf(index)}</th>`);
  const rows = scores.map(({ support }, label) => {
    const cells = scores.map((_, readAs) => {
      const images = confusion[label * count + readAs] as number;
      const part = support > 0 ? images / support : 0;
      const right = label === readAs ? ' class="right"' : '';
      return `<td${right} style="--share:${part.toFixed(3)}">${images === 0 ? '' : whole(images)}</td>`;
    });
    return `<tr><th scope="row">${nameOf(label)}</th>${cells.join('')}</tr>`;
  });
  return (
    '<h3>Confusion: rows are what is shown, columns what it is read as</h3><div class="wide"><table class="confusion" id="confusion"><thead><tr><td></td>' +
    `${header.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
  );
}

/** Class by class: precision and recall. */
export function classTable(
  classes: readonly string[],
  { classes: scores, images, accuracy }: Evaluation,
): string {
  const rows = scores.map(
    ({ support, correct, precision, recall }, index) =>
      `<tr><th scope="row">${escaped(classes[index] ?? String(index))}</th><td>${whole(support)}</td>` +
      `<td>${whole(correct)}</td><td>${share(precision)}</td><td>${share(recall)}</td></tr>`,
  );
  return (
    '<h3>Classes</h3><div class="wide"><table id="classes"><thead><tr><th scope="col">Class</th><th scope="col">Images</th>' +
    '<th scope="col">Read right</th><th scope="col">Precision</th><th scope="col">Recall</th></tr></thead>' +
    `<tbody>${rows.join('')}</tbody><tfoot><tr><th scope="row">Together</th><td>${whole(images)}</td><td></td><td></td>` +
    `<td>${share(accuracy)}</td></tr></tfoot></table></div>`
  );
}
