import { duration } from './format.ts';
import { type Html, html } from './html.ts';
import type { ReportData } from './report-data.ts';

/** What a reader needs to trust or repeat the run: where the time went, what it left behind, its settings. */
export function recordSection({ parts, artifacts, settings }: ReportData): Html {
  return html`<section>
    <h2>Record</h2>
    ${
      parts.length > 0 &&
      html`<h3>Time</h3>
        <table class="narrow">
          <tbody>
            ${parts.map(
              ({ name, seconds }) =>
                html`<tr>
                  <th scope="row">${name}</th>
                  <td>${duration(seconds)}</td>
                </tr>`,
            )}
          </tbody>
          <tfoot>
            <tr class="strong">
              <th scope="row">total</th>
              <td>${duration(parts.reduce((sum, { seconds }) => sum + seconds, 0))}</td>
            </tr>
          </tfoot>
        </table>`
    }
    <h3>Files</h3>
    <dl>
      ${artifacts.map(
        ({ name, path, digest }) =>
          html`<dt>${name}</dt>
            <dd><code>${path}</code>${digest !== undefined && html`<br /><code class="quiet">${digest}</code>`}</dd>`,
      )}
    </dl>
    <details>
      <summary>Settings</summary>
      <pre><code>${JSON.stringify(settings, undefined, 2)}</code></pre>
    </details>
  </section>`;
}
