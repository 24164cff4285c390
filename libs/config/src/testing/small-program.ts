// A program with settings, to be run by a test.
import { z } from 'zod';
import { loadConfigOrExit } from '../load-config-or-exit.ts';

const schema = z.strictObject({ slots: z.int().min(1).default(2).describe('programs at a time') });
const config = loadConfigOrExit(schema, {
  name: 'small',
  argv: process.argv.slice(2),
  env: process.env,
  prefix: 'LETI_SMALL',
});
process.stdout.write(JSON.stringify(config));
