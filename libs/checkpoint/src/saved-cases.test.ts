import { readGolden, temporaryFolder } from '@leti/testing';
import { expect, test } from 'vitest';
import { writeSavedCases } from './testing/saved-cases.ts';

test('what is saved is to the byte what transformers has loaded bit for bit', async () => {
  // test/golden/check_saved.py wrote the digests after it had compared every number of every case.
  expect(await writeSavedCases(temporaryFolder())).toEqual(readGolden('checkpoints/saved.json'));
});
