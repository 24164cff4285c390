import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What made a run: the package's version and, in a git checkout, the commit, with `-dirty` if files were changed. */
export async function codeVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  try {
    const git = await promisify(execFile)('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
      cwd: new URL('.', import.meta.url),
    });
    return `${version}+${git.stdout.trim()}`;
  } catch {
    return version; // no git, or no checkout
  }
}
