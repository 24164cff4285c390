import { readdirSync, readFileSync } from 'node:fs';

/** What a process of a runner does, from the outermost to those that run a program. */
export type Part = 'runsc' | 'sentry' | 'supervisor' | 'candidate server' | 'judge server' | 'candidate' | 'judge';

interface Process {
  readonly pid: number;
  readonly parent: Process | undefined;
  readonly command: string;
}

/** Ids of the processes below this one that are such a part of a runner, as this machine sees them. */
export function processesOf(part: Part): number[] {
  return below(process.pid)
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

function below(root: number): Process[] {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)) {
    // The name, in parentheses, may hold anything.
    const stat = read(`/proc/${pid}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const found: Process[] = [];
  const visit = (pid: number, parent: Process | undefined): void => {
    for (const child of children.get(pid) ?? []) {
      const command = read(`/proc/${child}/cmdline`).replaceAll('\0', ' ');
      const each = { pid: child, parent, command };
      found.push(each);
      visit(child, each);
    }
  };
  visit(root, undefined);
  return found;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
