import { fileURLToPath } from 'node:url';
import { fail, type Finding, ok } from './finding.ts';
import { runToEnd } from './run-program.ts';

const PROBE = fileURLToPath(new URL('./probe-tensorflow.ts', import.meta.url));

/** Whether TensorFlow's addon loads and computes, and on which device. In a process of its own: a bad addon ends it. */
export async function checkTensorflow(): Promise<Finding> {
  const { status, stdout, stderr } = await runToEnd(process.execPath, [PROBE], { env: { TF_CPP_MIN_LOG_LEVEL: '2' } });
  if (status !== 0) {
    const reason =
      /(?:Error|error): .*/.exec(stderr)?.[0] ?? (stderr.trim().split('\n').at(-1) || 'the process was killed');
    return fail('TensorFlow', reason, 'run `npm run setup`; if that does not help, remove .cache and run it again');
  }
  const { version, device } = JSON.parse(stdout) as { version: string; device: string };
  return ok('TensorFlow', `addon ${version} loads and computes on the ${device.toUpperCase()}`);
}
