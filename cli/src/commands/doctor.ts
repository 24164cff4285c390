import { resolve } from 'node:path';
import { Command } from 'commander';
import { resolveAddresses } from '../addresses.ts';
import { type Environment, setAction } from '../command-context.ts';
import { checkMachine, checkNode, checkStore } from '../doctor/check-machine.ts';
import { checkPorts } from '../doctor/check-ports.ts';
import { checkPython } from '../doctor/check-python.ts';
import { checkGvisor, checkSandbox } from '../doctor/check-sandbox.ts';
import { checkBaseModel, checkTasks } from '../doctor/check-tasks.ts';
import { checkTensorflow } from '../doctor/check-tensorflow.ts';
import type { Finding } from '../doctor/finding.ts';
import { EXIT } from '../exit-code.ts';
import { dataFolderOf } from '../sampling-options.ts';
import { addDataOption, addServiceOptions, type ServiceOptions } from '../service-options.ts';

interface DoctorOptions extends ServiceOptions {
  readonly data?: string;
}

const EXAMPLES = `
Examples:
  $ leti doctor
  $ leti doctor --data ../data --store /data/leti
  $ leti doctor --json | jq '.findings[] | select(.state != "ok")'
Exit code 0 when nothing fails; warnings do not count.`;

const SIGN: Readonly<Record<Finding['state'], string>> = { ok: '✓', warn: '!', fail: '✗' };

/** `leti doctor`: whether everything that LETI needs is there, and what to do where it is not. */
export function doctorCommand(environment: Environment): Command {
  const command = new Command('doctor')
    .summary('check that everything LETI needs is there')
    .description('Look at what LETI needs, and say what to do where something is missing.');
  addDataOption(addServiceOptions(command)).addHelpText('after', EXAMPLES);
  return setAction<[], DoctorOptions>(command, environment, async ({ output }, options) => {
    const store = resolve(options.store);
    const addresses = await resolveAddresses(options, store);
    const checks: readonly (() => Finding | Promise<Finding | Finding[]> | Finding[])[] = [
      checkNode,
      checkTensorflow,
      checkPython,
      checkSandbox,
      checkGvisor,
      checkMachine,
      () => checkStore(store),
      checkBaseModel,
      () => checkTasks(dataFolderOf(options.data)),
      () => checkPorts(addresses),
    ];
    const findings: Finding[] = [];
    for (const check of checks) {
      for (const finding of [await check()].flat()) {
        findings.push(finding);
        output.text(`${SIGN[finding.state]} ${finding.name.padEnd(12)} ${finding.detail}`);
        if (finding.remedy !== '') output.text(`${' '.repeat(15)}→ ${finding.remedy}`);
      }
    }
    const count = (state: Finding['state']): number => findings.filter((finding) => finding.state === state).length;
    output.text(`\n${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed`);
    output.data({ findings });
    return count('fail') === 0 ? EXIT.ok : EXIT.failed;
  });
}
