import { expect, test } from 'vitest';
import { PhaseClock } from './phase-clock.ts';

function clockAt(): { clock: PhaseClock; pass: (ms: number) => void } {
  let now = 0;
  return { clock: new PhaseClock(() => now), pass: (ms) => void (now += ms) };
}

test('a phase that goes on twice at once counts once', () => {
  const { clock, pass } = clockAt();
  const first = clock.start('evaluate');
  pass(1000);
  const second = clock.start('evaluate');
  pass(1000);
  first();
  first();
  pass(500);
  second();
  pass(9000);
  expect(clock.seconds()).toEqual({ evaluate: 2.5 });
});

test('phases overlap, and what still goes on is counted up to now', async () => {
  const { clock, pass } = clockAt();
  clock.start('sample');
  pass(1000);
  await clock.measure('train', async () => pass(250));
  expect(clock.seconds()).toEqual({ sample: 1.25, train: 0.25 });
});

test('goes on from what was measured before', () => {
  const { clock, pass } = clockAt();
  const stop = clock.start('wait');
  pass(1000);
  clock.restart({ wait: 5, sample: 2 });
  pass(500);
  stop();
  clock.add('sample', 1);
  expect(clock.seconds()).toEqual({ wait: 5.5, sample: 3 });
});

test('evaluation is exposed while neither sampling nor waiting goes on', () => {
  const { clock, pass } = clockAt();
  const sampled = clock.start('sample');
  const judged = clock.start('evaluate');
  pass(3000);
  sampled();
  pass(500);
  expect(clock.exposedSeconds()).toBe(0.5);
  clock.start('build');
  const waited = clock.start('wait');
  pass(1000);
  waited();
  judged();
  expect(clock.exposedSeconds()).toBe(0.5);
  expect(clock.seconds()).toEqual({ sample: 3, evaluate: 4.5, build: 1, wait: 1 });
  clock.restart({ sample: 3 }, 0.5);
  clock.start('evaluate');
  pass(250);
  expect(clock.exposedSeconds()).toBe(0.75);
});
