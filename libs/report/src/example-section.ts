import { spaced } from './format.ts';
import { type Html, html } from './html.ts';
import type { SolvedExample } from './report-data.ts';

const listing = (title: string, className: string, text: string): Html =>
  html`<div class="listing ${className}">
    <h4>${title}</h4>
    <pre><code>${text.replace(/^\n+/, '').trimEnd()}</code></pre>
  </div>`;

function example({ problemId, prompt, tests, failed, passed }: SolvedExample): Html {
  return html`<article>
    <h3>${problemId}</h3>
    ${listing('Problem and tests', 'neutral', `${prompt.trimEnd()}\n\n${tests.join('\n')}`)}
    <div class="pair">
      ${listing(`Iteration ${failed.iteration}: ${spaced(failed.outcome)}`, 'bad', failed.solution)}
      ${
        passed === undefined
          ? listing('Not solved yet', 'neutral', '')
          : listing(`Iteration ${passed.iteration}: passed`, 'good', passed.solution)
      }
    </div>
    ${listing('What the interpreter said, and the model was trained on', 'feedback', failed.feedback)}
  </article>`;
}

/** Failed programs with their feedback, beside what the model wrote for the same problems later. */
export function exampleSection(examples: readonly SolvedExample[]): Html {
  return html`<section>
    <h2>From feedback to solutions</h2>
    ${examples.map(example)}
  </section>`;
}
