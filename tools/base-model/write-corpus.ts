import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

/** Writes texts as gzipped JSONL of {"text"}, and says so on stdout. */
export function writeCorpus(path: string, texts: readonly string[]): void {
  const packed = gzipSync(`${texts.map((text) => JSON.stringify({ text })).join('\n')}\n`, { level: 9 });
  writeFileSync(path, packed);
  console.log(`${path}: ${texts.length} documents, ${packed.length} bytes`);
}
