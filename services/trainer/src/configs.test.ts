import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readYaml } from '@leti/config';
import { trainingSettingsSchema } from '@leti/leti';
import { findTask } from '@leti/tasks';
import { describe, expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../configs/', import.meta.url));

describe.each(readdirSync(folder))('configs/%s', (file) => {
  test('is valid, of a task and split that exist, and says how to run it', () => {
    const { problems } = readYaml(`${folder}${file}`, trainingSettingsSchema);
    if ('inline' in problems) throw new Error('want problems of a task');
    expect(findTask(problems.task).splits).toContain(problems.split);
    expect(readFileSync(`${folder}${file}`, 'utf8')).toContain(`--config services/trainer/configs/${file}`);
  });
});
