import { comparisonSection } from './comparison-section.ts';
import { exampleSection } from './example-section.ts';
import { duration, grouped, percent, points } from './format.ts';
import { embeddedJson, type Html, html } from './html.ts';
import { iterationSection } from './iteration-section.ts';
import { recordSection } from './record-section.ts';
import type { BenchmarkComparison, ReportData } from './report-data.ts';
import { styleSheet } from './style-sheet.ts';

const tile = (name: string, value: string, remark: string): Html =>
  html`<div>
    <dt>${name}</dt>
    <dd>${value}<small>${remark}</small></dd>
  </div>`;

function comparisonTiles({ split, before, after, difference }: BenchmarkComparison): Html[] {
  const [a, b] = [before.passAtK[0], after.passAtK[0]];
  if (a === undefined || b === undefined) return [];
  const [errorsBefore, errorsAfter] = [before.outcomes.syntax_error ?? 0, after.outcomes.syntax_error ?? 0];
  return [
    tile(`${split} pass@${a.k}`, `${percent(a.estimate)} → ${percent(b.estimate)}`, 'before → after'),
    tile(
      'gain',
      `${points(difference?.estimate ?? b.estimate - a.estimate)} points`,
      difference === undefined ? '' : `95 %: ${points(difference.low)} to ${points(difference.high)}`,
    ),
    tile(
      'syntax errors',
      `${grouped(errorsBefore)} → ${grouped(errorsAfter)}`,
      `of ${grouped(before.samples)} samples`,
    ),
  ];
}

function tiles({ comparison, iterations, parts }: ReportData): Html {
  const samples = iterations.reduce((sum, each) => sum + each.samples, 0);
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  return html`<dl class="tiles">
    ${comparison !== undefined && comparisonTiles(comparison)}
    ${tile('training', `${iterations.length} iterations`, `${grouped(samples)} programs run`)}
    ${seconds > 0 && tile('time', duration(seconds), 'all parts')}
  </dl>`;
}

/**
 * One self-contained page about a training run: no scripts, no network, light and dark, every figure also as text.
 * The data is embedded as JSON under the id `report-data`.
 *
 * @returns an HTML document
 */
export function renderReport(data: ReportData): string {
  const { title, createdAt, comparison, iterations, steps, examples } = data;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>LETI: ${title}</title>
        <style>
          ${styleSheet}
        </style>
      </head>
      <body>
        <main>
          <header>
            <h1>LETI: ${title}</h1>
            <p class="quiet">${createdAt.slice(0, 16).replace('T', ' ')} UTC</p>
            <p class="lead">A code model, fine-tuned on what the Python interpreter said about its own programs.</p>
            ${tiles(data)}
          </header>
          ${comparison !== undefined && comparisonSection(comparison)}
          ${iterations.length > 0 && iterationSection(iterations, steps)}
          ${examples.length > 0 && exampleSection(examples)} ${recordSection(data)}
        </main>
        <script type="application/json" id="report-data">
          ${embeddedJson(data)}
        </script>
      </body>
    </html>`.markup;
}
