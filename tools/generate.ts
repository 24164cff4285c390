// Generates TypeScript and the descriptor set from proto/: `npm run generate`.
import { join } from 'node:path';
import { root, runCommand } from './run-command.ts';

/** Where buf.gen.yaml puts generated code, relative to the repository's root. */
export const generatedFolder = 'libs/proto/src/gen';

const descriptorSet = 'descriptors.binpb';

async function buf(...args: string[]): Promise<void> {
  const { status, output } = await runCommand('buf', args);
  if (status !== 0) throw new Error(`buf ${args[0]} failed (exit ${status})\n${output.trim()}`);
}

/**
 * Writes the generated code below `target`; the layout is that of the repository.
 * @throws with buf's own message when a proto does not compile
 */
export async function generate(target: string = root): Promise<void> {
  await buf('generate', '--output', target);
  // After generating, for buf.gen.yaml's `clean` empties the folder.
  await buf(
    'build',
    '--as-file-descriptor-set',
    '--exclude-source-info',
    '-o',
    join(target, generatedFolder, descriptorSet),
  );
}

if (import.meta.main) {
  try {
    await generate();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
