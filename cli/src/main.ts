#!/usr/bin/env node
// `leti`: the command line. Commands are in commands/, one file each.
import { enableCompileCache } from 'node:module';
import { COMPILE_CACHE } from './compile-cache.ts';
import { EXIT } from './exit-code.ts';
import { abortOnSignals } from './interrupt.ts';

enableCompileCache(COMPILE_CACHE);
// Only now, so that what it imports comes from the cache: that halves the time until the first line.
const { runProgram } = await import('./program.ts');

// A second Ctrl-C ends it at once; services that it started are ended on the way out.
const { signal } = abortOnSignals(() => process.exit(EXIT.interrupted));
// A reader that goes away, as in `leti runs list | head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed),
);
process.exit(await runProgram(process.argv.slice(2), { stdout: process.stdout, stderr: process.stderr, signal }));
