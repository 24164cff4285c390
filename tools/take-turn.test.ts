import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { temporaryFolder } from '@leti/testing';
import { expect, test } from 'vitest';

const MODULE = new URL('./take-turn.mjs', import.meta.url).href;

/** Takes its turn and says when it began and ended, in nanoseconds of the machine's clock. */
const PROGRAM = `
const { takeTurn } = await import(process.argv[1]);
takeTurn(process.argv[2]);
const began = process.hrtime.bigint();
await new Promise((done) => setTimeout(done, 50));
process.prependListener('exit', () => console.log(\`turn \${began} \${process.hrtime.bigint()}\`));
`;

async function turnIn(folder: string): Promise<{ began: bigint; ended: bigint }> {
  const args = ['--input-type=module', '-e', PROGRAM, MODULE, folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
  const [, began, ended] = /^turn (\d+) (\d+)$/m.exec(output) ?? [];
  if (began === undefined || ended === undefined) throw new Error(`expected a turn, got ${output}`);
  return { began: BigInt(began), ended: BigInt(ended) };
}

test.each([
  ['in a new folder', undefined],
  ['after a holder that died', '4194305 1'],
  ['after a holder whose id another process has now', `${process.pid} 1`],
])('turns %s are one after another', async (_, dead) => {
  const folder = temporaryFolder();
  if (dead !== undefined) writeFileSync(join(folder, 'setup.3.lock'), dead);
  const turns = await Promise.all(Array.from({ length: 6 }, () => turnIn(folder)));
  const inOrder = turns.toSorted((a, b) => (a.began < b.began ? -1 : 1));
  const early = inOrder.filter(({ began }, index) => began <= (inOrder[index - 1]?.ended ?? 0n));
  expect(early).toEqual([]);
  expect(readdirSync(folder)).toHaveLength(1);
});
