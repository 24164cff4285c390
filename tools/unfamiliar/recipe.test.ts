import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { readCheckpoint } from '@leti/checkpoint';
import { checkpointFolder, shippedCorpusPath, unfamiliarDocument } from '@leti/tasks';
import { describe, expect, test } from 'vitest';
import { CORPUS_SEED, SHIPPED_DOCUMENTS, TRACEBACK_EVERY } from './recipe.ts';

const README = fileURLToPath(new URL('../../libs/tasks/unfamiliar/README.md', import.meta.url));

describe('the shipped corpus of the unfamiliar world', () => {
  const texts = gunzipSync(readFileSync(shippedCorpusPath('unfamiliar-corpus')!))
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { text: string }).text);

  test('is the first documents of the corpus, some under the traceback of their program', () => {
    expect(texts).toHaveLength(SHIPPED_DOCUMENTS);
    const other = texts.flatMap((text, index) => {
      const document = unfamiliarDocument(CORPUS_SEED, index);
      return text === document.text ? [] : [{ index, text, document }];
    });
    expect(other.length).toBeGreaterThan((0.8 * SHIPPED_DOCUMENTS) / TRACEBACK_EVERY);
    for (const { index, text, document } of other) {
      expect(index % TRACEBACK_EVERY).toBe(0);
      expect(document.right).toBe(false);
      expect(text.startsWith('Traceback (most recent call last):\n')).toBe(true);
      expect(
        text.endsWith(`AttributeError: ${text.split('AttributeError: ')[1]!.split('\n')[0]}\n${document.text}`),
      ).toBe(true);
    }
  });
});

test('the shipped checkpoint of the unfamiliar world has the digest that its README states', async () => {
  const checkpoint = await readCheckpoint(checkpointFolder('unfamiliar-base'));
  const micro = await readCheckpoint(checkpointFolder('micro-base'));
  expect(readFileSync(README, 'utf8')).toContain(checkpoint.digest);
  expect(checkpoint.config).toEqual(micro.config);
});
