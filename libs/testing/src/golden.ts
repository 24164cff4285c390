import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../../../test/golden/', import.meta.url);

/** Path of a reference file or folder; test/golden/README.md says what each is and how it was made. */
export function goldenPath(name: string): string {
  return fileURLToPath(new URL(name, FOLDER));
}

/** A reference file in JSON. @param name e.g. `codegen-tiny.json` */
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(goldenPath(name), 'utf8')) as T;
}
