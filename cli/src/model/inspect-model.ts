import { inspectCheckpoint, type CheckpointReport } from '@leti/checkpoint';
import { sizeOf } from '@leti/nn/model';
import { checkpointFolder } from '@leti/tasks';
import { formatBytes } from '../output/format-figures.ts';
import type { Output } from '../output/output.ts';
import { shownPath } from '../output/shown-path.ts';
import { textTable } from '../output/text-table.ts';
import { inModelTerms } from './model-failure.ts';

/** `leti model inspect`: prints what a model folder holds. */
export async function inspectModel(folder: string, output: Output): Promise<void> {
  const report = await inModelTerms(() => inspectCheckpoint(checkpointFolder(folder)));
  output.data(report);
  const { config, files, parameters, parametersByType, vocabulary, specialTokens } = report;
  const bytes = files.reduce((sum, file) => sum + file.byteLength, 0);
  const types = Object.entries(parametersByType).map(([type, count]) => `${type} ${count.toLocaleString('en')}`);
  const tokenText = specialTokens.map(({ token, id }) => `${token} ${id ?? 'missing'}`).join(', ');
  const rows: [string, string][] = [
    ['model', `${config.modelType} (${config.architecture} shape)`],
    ['parameters', `${parameters.toLocaleString('en')} (${types.join(', ')})`],
    [
      'weights',
      `${formatBytes(bytes)} as ${report.format} in ${files.length === 1 ? files[0]!.name : `${files.length} files`}`,
    ],
    ['digest', report.digest],
    ['layers', `${config.numLayers} of width ${config.embedDim}, inner ${config.innerDim}`],
    ['heads', `${config.numHeads} of width ${config.headDim}, ${config.numKeyValueHeads} of keys and values`],
    ['positions', `${config.maxPositions}, rotary on ${config.rotary.dims} dims, theta ${config.rotary.theta}`],
    ['vocabulary', `${vocabulary.tokens} tokens, ${vocabulary.rows} rows${config.tiedHead ? ', head tied' : ''}`],
    ['special', tokenText],
  ];
  output.text(shownPath(report.folder));
  for (const [name, value] of rows) output.text(`  ${name.padEnd(11)} ${value}`);
  output.text();
  for (const line of weightTable(report)) output.text(line);
  if (specialTokens.some(({ id }) => id === undefined)) {
    output.text(`\nLETI's tokens are missing: leti model import ${shownPath(report.folder)} adds them`);
  }
}

/** A row for all layers' weights of one name. */
function weightTable({ weights }: CheckpointReport): string[] {
  const groups = Map.groupBy(
    weights,
    ({ name, type, shape }) => `${name.replaceAll(/\.\d+\./g, '.*.')} ${type} ${shape.join()}`,
  );
  const rows = Array.from(groups.values(), (group) => {
    const { name, type, shape } = group[0]!;
    const count = group.length * sizeOf(shape);
    return [
      name.replaceAll(/\.\d+\./g, '.*.'),
      type,
      `[${shape.join(', ')}]`,
      String(group.length),
      count.toLocaleString('en'),
    ];
  });
  return textTable(['weight', 'type', 'shape', 'times', 'numbers'], rows, ['left', 'left', 'left', 'right', 'right']);
}
