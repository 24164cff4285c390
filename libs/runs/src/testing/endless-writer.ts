// A process that adds events and records without end and says which are safe, to be killed in the middle. Argument: folder.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { EventLog } from '../event-log.ts';
import { JsonLinesFile } from '../json-lines.ts';
import { ResourceStore } from '../resource-store.ts';

const folder = process.argv[2] ?? '';
const log = await EventLog.open<string>(join(folder, 'events.jsonl'));
const ledger = await JsonLinesFile.open<{ index: number; text: string }>(join(folder, 'ledger.jsonl'));
const store = await ResourceStore.open<{ step: number }>({ folder: join(folder, 'runs') });
const { run } = await store.create({ step: 0 }, { requestId: 'the-run' });
let index = ledger.records.length;
for (let step = run.value.step; ; step++) {
  const text = 'x'.repeat((step * 7919) % 30_000);
  const done = [
    log.append(text).then((number) => writeSync(1, `event ${number}\n`)),
    log.append(text).then((number) => writeSync(1, `event ${number}\n`)),
    ledger.append({ index: index++, text }, { index: index++, text }).then(() => writeSync(1, `record ${index - 1}\n`)),
    store.update(run.id, () => ({ step })).then(() => writeSync(1, `step ${step}\n`)),
  ];
  await Promise.all(done);
}
