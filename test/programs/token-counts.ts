/*
 * How the tokens of docs/feedback.md relate to a model's:
 *
 *   node test/programs/token-counts.ts texts.jsonl [TOKENIZER_FOLDER]
 *
 * texts.jsonl is what texts.py printed; the folder is a Hugging Face one, by default the micro base model's.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { microBaseCheckpointFolder } from '@leti/tasks';
import { loadTokenizer } from '@leti/tokenizer';

const [path = '', folder = microBaseCheckpointFolder()] = process.argv.slice(2);
const tokenizer = await loadTokenizer(folder);
const COUNT =
  'import json, sys\nfrom leti_sandbox.feedback.tokens import count_tokens\n' +
  'for line in sys.stdin: print(count_tokens(json.loads(line)))';
const counts = execFileSync('python3', ['-c', COUNT], {
  input: readFileSync(path),
  env: { ...process.env, PYTHONPATH: join(import.meta.dirname, '../../libs/sandbox/python') },
  encoding: 'utf8',
}).split('\n');
const rows = readFileSync(path, 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line, i) => ({ text: JSON.parse(line) as string, ours: Number(counts[i]) }))
  .filter(({ text }) => text !== '')
  .map(({ text, ours }) => ({ ours, theirs: tokenizer.encode(text).length }));
const ratios = rows.map(({ ours, theirs }) => theirs / ours).toSorted((a, b) => a - b);
const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;
const at = (share: number): string => ratios[Math.floor(share * (ratios.length - 1))]!.toFixed(2);
const line = [
  `${rows.length} texts`,
  `ours ${mean(rows.map(({ ours }) => ours)).toFixed(1)}`,
  `the model's ${mean(rows.map(({ theirs }) => theirs)).toFixed(1)} tokens on average`,
  `the model's per one of ours: median ${at(0.5)}, 99 % below ${at(0.99)}, most ${at(1)}`,
];
process.stdout.write(`${line.join('; ')}\n`);
