// A process whose files may not grow beyond a limit set by its parent: fills the store and says what it saw.
import { join } from 'node:path';
import { EventLog } from '../event-log.ts';
import { JsonLinesFile } from '../json-lines.ts';
import { ResourceStore } from '../resource-store.ts';
import { writeFileAtomically } from '../write-atomically.ts';

process.on('SIGXFSZ', () => {}); // a write beyond the limit then fails instead of ending the process
const folder = process.argv[2] ?? '';
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));
const seen: Record<string, unknown> = {};

const log = await EventLog.open<string>(join(folder, 'events.jsonl'));
let acknowledged = 0;
for (;;) {
  try {
    acknowledged = await log.append('x'.repeat(1000));
  } catch (error) {
    seen['event'] = nameOf(error);
    break;
  }
}
seen['events'] = acknowledged;
seen['smallEvent'] = await log.append('s').catch(nameOf);

const ledger = await JsonLinesFile.open<string>(join(folder, 'ledger.jsonl'));
await ledger.append('kept');
seen['records'] = await ledger.append('y', 'x'.repeat(100_000), 'z').catch(nameOf);
await ledger.append('also kept');

await writeFileAtomically(join(folder, 'page.txt'), 'old');
seen['page'] = await writeFileAtomically(join(folder, 'page.txt'), 'n'.repeat(100_000)).catch(nameOf);

const store = await ResourceStore.open<{ text: string }>({ folder: join(folder, 'runs') });
seen['create'] = await store.create({ text: 'x'.repeat(100_000) }, { requestId: 'r' }).catch(nameOf);
const { run } = await store.create({ text: 'small' }, { requestId: 'r' });
seen['update'] = await store.update(run.id, () => ({ text: 'x'.repeat(100_000) })).catch(nameOf);
process.stdout.write(JSON.stringify(seen));
