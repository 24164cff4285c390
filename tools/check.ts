// Everything that CI checks, one line per step: `npm run check`, or `npm run check -- lint types` for some of it.
import { checkBreaking } from './check-breaking.ts';
import { checkGenerated } from './check-generated.ts';
import { checkGraph } from './check-graph.ts';
import { commandStep, type CheckStep, type Finding } from './check-step.ts';

const STEPS: readonly CheckStep[] = [
  commandStep('format', 'format (prettier)', [
    'prettier',
    '--check',
    '--log-level',
    'warn',
    '--cache',
    '--cache-location',
    '.cache/prettier',
    '.',
  ]),
  commandStep('lint', 'lint (oxlint)', ['oxlint', '--deny-warnings']),
  commandStep('types', 'types (tsc)', ['tsc', '-p', '.']),
  commandStep('protos', 'protos (buf lint)', ['buf', 'lint']),
  checkBreaking,
  checkGenerated,
  checkGraph,
  commandStep('lockfile', 'lockfile (npm ci --dry-run)', [
    'npm',
    'ci',
    '--dry-run',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ]),
  commandStep('test', 'tests (vitest)', ['vitest', 'run'], { echo: true }),
];

const SIGN: Readonly<Record<Finding['state'], string>> = { ok: '✓', skipped: '⚠', failed: '✗' };

const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

async function runStep(step: CheckStep): Promise<Finding['state']> {
  const started = performance.now();
  const finding = await step.run().catch((error: unknown): Finding => ({ state: 'failed', output: String(error) }));
  const note = finding.state === 'failed' ? '' : (finding.note ?? '');
  const remark = finding.state === 'skipped' ? `SKIPPED: ${note}` : note;
  console.log(`${SIGN[finding.state]} ${step.title.padEnd(32)} ${seconds(started).padStart(8)}  ${remark}`.trimEnd());
  if (finding.state === 'failed') console.log(finding.output.trim().replaceAll(/^/gm, '    '));
  return finding.state;
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name));
  if (unknown.length > 0) {
    console.error(`check: steps are ${STEPS.map((step) => step.name).join(', ')}; got ${unknown.join(', ')}`);
    return 2;
  }
  const started = performance.now();
  const failed: string[] = [];
  for (const step of STEPS.filter(({ name }) => names.length === 0 || names.includes(name))) {
    // One after the other: each uses all cores by itself.
    if ((await runStep(step)) === 'failed') failed.push(step.name);
  }
  const verdict = failed.length === 0 ? 'all checks passed' : `failed: ${failed.join(', ')}`;
  console.log(`\n${verdict} in ${seconds(started)}`);
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
