import type { CheckStep } from './check-step.ts';
import { root, runCommand } from './run-command.ts';

/** Exit status of `buf breaking` when the protos break their clients. */
const BUF_BREAKS = 100;

async function git(cwd: string, ...args: string[]): Promise<string | undefined> {
  const { status, output } = await runCommand('git', args, { cwd });
  return status === 0 ? output.trim() : undefined;
}

/**
 * The commit whose protos the work tree must stay compatible with: main as the server has it, else the local main,
 * else the commit before this one.
 * @returns its hash, or undefined when there is none with protos
 */
export async function breakingBase(repository: string = root): Promise<string | undefined> {
  const head = await git(repository, 'rev-parse', '--verify', 'HEAD');
  for (const candidate of ['origin/main', 'main', 'HEAD~1']) {
    const commit = await git(repository, 'rev-parse', '--verify', '--quiet', `${candidate}^{commit}`);
    if (commit === undefined || (commit === head && candidate !== 'HEAD~1')) continue;
    // The fork point: what main gained since then is not this branch's to break.
    const base = (await git(repository, 'merge-base', 'HEAD', commit)) ?? commit;
    if (base !== head && (await git(repository, 'cat-file', '-e', `${base}:proto`)) !== undefined) return base;
  }
  return undefined;
}

/** Fails when a client made from the base's protos would not work with the work tree's. */
export const checkBreaking: CheckStep = {
  name: 'breaking',
  title: 'protos are compatible with main',
  async run() {
    const base = await breakingBase();
    if (base === undefined) return { state: 'skipped', note: 'no earlier commit with protos to compare with' };
    const { status, output } = await runCommand('buf', ['breaking', '--against', `.git#ref=${base}`]);
    if (status === 0) return { state: 'ok', note: `against ${base.slice(0, 9)}` };
    const cause =
      status === BUF_BREAKS ? `incompatible with ${base.slice(0, 9)}` : `buf breaking failed (exit ${status})`;
    return { state: 'failed', output: `${cause}\n${output}` };
  },
};
