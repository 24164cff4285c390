import { describe, expect, test } from 'vitest';
import { renderReport } from './render-report.ts';
import { sampleReportData as data } from './testing/sample-report-data.ts';

const page = renderReport(data);

describe('renderReport', () => {
  test('loads nothing and runs nothing', () => {
    expect(page).not.toMatch(/(src|href)=|url\(|@import|https?:/);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain('<script type="application/json" id="report-data">');
  });

  test('embeds its data, which reads back equal', () => {
    const embedded = /id="report-data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
    expect(JSON.parse(embedded)).toEqual(data);
  });

  test('shows before and after with intervals, and the gain', () => {
    expect(page).toContain('41.0\u00a0% → 73.0\u00a0%');
    expect(page).toContain('34.0\u00a0% – 47.0\u00a0%');
    expect(page).toContain('+32.0 points');
    expect(page).toContain('53 → 2');
  });

  test('escapes what models and problems write', () => {
    expect(page).toContain('keeps the numbers &lt; 3 &amp; &gt; -3.');
    expect(page).toContain('File &quot;&lt;string&gt;&quot;, line 7');
    expect(page).not.toContain("['</script>']");
  });

  test('gives every chart a title and a description', () => {
    const charts = page.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
    expect(charts).toHaveLength(9);
    for (const chart of charts) {
      const [, title, description] = /aria-labelledby="(\S+) (\S+)"/.exec(chart) ?? [];
      expect(chart).toContain(`<title id="${title}">`);
      expect(chart).toContain(`<desc id="${description}">`);
    }
  });

  test('draws no NaN, for a run of one iteration without steps, scores and examples too', () => {
    const { comparison: _, ...rest } = data;
    const small = renderReport({
      ...rest,
      iterations: data.iterations.slice(0, 1),
      steps: [],
      examples: [],
      parts: [],
    });
    for (const text of [page, small])
      expect(text.replace(/id="report-data">[\s\S]*/, '')).not.toMatch(/NaN|undefined|Infinity/);
    expect(small).not.toContain('Before and after');
  });

  test('is the same text for the same data', () => {
    expect(renderReport(data)).toBe(page);
  });
});
