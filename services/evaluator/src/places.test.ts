import { expect, test } from 'vitest';
import { Places } from './places.ts';

test('one client gets half of the places, two get all', () => {
  const places = new Places(4);
  const first = [1, 2, 3].map(() => places.take('a'));
  expect(first.map((place) => place !== undefined)).toEqual([true, true, false]);
  expect([1, 2, 3].map(() => places.take('b') !== undefined)).toEqual([true, true, false]);
  expect(places.take('c')).toBeUndefined();
  expect(places.taken).toBe(4);
  first[0]!();
  expect(places.taken).toBe(3);
  expect(places.take('c')).toBeDefined();
});

test('a single place is for anybody', () => {
  const places = new Places(1);
  const giveBack = places.take('a')!;
  expect(places.take('b')).toBeUndefined();
  giveBack();
  expect(places.take('b')).toBeDefined();
});
