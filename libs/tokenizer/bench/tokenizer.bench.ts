// What CodeGen's tokenizer costs in processor time: `node libs/tokenizer/bench/tokenizer.bench.ts`. Texts are those of
// the golden file.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadTokenizer, SPECIAL_TOKENS } from '../src/index.ts';
import { codegenTokenizerJson, gpt2Vocabulary } from '../src/testing/index.ts';

const ROUNDS = 20;

/** Processor time of this process so far, in seconds: what other work on the machine takes does not count. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const golden = JSON.parse(
  await readFile(new URL('../../../test/golden/tokenizer-codegen.json', import.meta.url), 'utf8'),
) as { texts: [text: string, ids: number[]][] };
const folder = await mkdtemp(join(tmpdir(), 'leti-tokenizer-bench-'));
try {
  const { eos: _, ...added } = SPECIAL_TOKENS;
  const json = codegenTokenizerJson(gpt2Vocabulary(), Object.values(added));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(json));

  let start = cpuSeconds();
  const tokenizer = await loadTokenizer(folder);
  console.log(`load: ${((cpuSeconds() - start) * 1000).toFixed(0)} ms`);

  const text = golden.texts.map(([each]) => each).join('\n');
  const ids = tokenizer.encode(text);
  const report = (what: string, run: () => void): void => {
    start = cpuSeconds();
    for (let round = 0; round < ROUNDS; round++) run();
    const seconds = cpuSeconds() - start;
    console.log(`${what}: ${((ROUNDS * ids.length) / seconds / 1e6).toFixed(2)} M tokens/s`);
  };
  report('encode', () => void tokenizer.encode(text));
  report('decode, whole', () => void tokenizer.decode(ids));
  report('decode, token by token', () => {
    const decoder = tokenizer.continuation();
    for (const id of ids) decoder.push([id]);
  });
} finally {
  await rm(folder, { recursive: true });
}
