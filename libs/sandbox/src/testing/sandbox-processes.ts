import { childrenById, commandLine } from './process-tree.ts';

/** What a process of a runner does, from the outermost to those that run a program. */
export type Part = 'runsc' | 'sentry' | 'supervisor' | 'candidate server' | 'judge server' | 'candidate' | 'judge';

interface Process {
  readonly pid: number;
  readonly parent: Process | undefined;
  readonly command: string;
}

/** Ids of the processes below this one that are such a part of a runner, as this machine sees them. */
export function processesOf(part: Part): number[] {
  return below(process.pid, childrenById())
    .filter((each) => partOf(each) === part)
    .map(({ pid }) => pid);
}

function partOf({ command, parent }: Process): Part | undefined {
  if (command.startsWith('runsc-sandbox')) return 'sentry';
  if (/\/runsc .* run /.test(command)) return 'runsc';
  if (command.includes('run_supervisor.py')) return 'supervisor';
  if (!command.includes('run_zygote.py')) return undefined;
  const role = command.includes('"role": "judge"') ? 'judge' : 'candidate';
  return parent?.command.includes('run_supervisor.py') === true ? `${role} server` : role;
}

function below(root: number, children: ReadonlyMap<number, readonly number[]>, parent?: Process): Process[] {
  return (children.get(root) ?? []).flatMap((pid) => {
    const each = { pid, parent, command: commandLine(pid) };
    return [each, ...below(pid, children, each)];
  });
}
