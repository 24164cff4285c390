import { eachK, NO_PARAMETERS } from '../micro/family.ts';
import { numbers } from '../micro/families/inputs.ts';
import { operation } from './operation.ts';

/** Methods of `list`, most of which change the list and return nothing. */
export const LIST_OPERATIONS = [
  operation({
    method: 'extend',
    call: 'xs.{method}(ys)\nreturn xs',
    stems: ['add', 'join', 'push', 'attach'],
    tails: ['all', 'list', 'many', 'each'],
    parameters: NO_PARAMETERS,
    phrases: [
      'put the numbers of a second list behind those of a first',
      'write two lists one after the other',
      'let a second list follow the first',
      'make one list of two, the first in front',
    ],
    entryNames: ['one_list', 'both_lists'],
    takes: 'xs, ys',
    inputs: (random) => [numbers(random, 1, 9, 2), numbers(random, 1, 9, 2)],
    solve: (_, xs: number[], ys: number[]) => [...xs, ...ys],
  }),
  operation({
    method: 'insert',
    call: 'xs.{method}(0, {k})\nreturn xs',
    stems: ['put', 'place', 'set', 'push'],
    tails: ['at', 'before', 'in', 'front'],
    parameters: eachK(2, 30),
    phrases: ['put {k} before the numbers of a list', 'let a list begin with {k}', 'write {k} in front of a list'],
    entryNames: ['new_head', 'led_by'],
    takes: 'xs',
    inputs: (random) => [numbers(random)],
    solve: ({ k }, xs: number[]) => [k, ...xs],
  }),
  operation({
    method: 'remove',
    call: 'xs.{method}({k})\nreturn xs',
    stems: ['delete', 'erase', 'discard', 'kick'],
    tails: ['one', 'value', 'item', 'first'],
    parameters: eachK(2, 30),
    phrases: [
      'take the first {k} out of a list',
      'leave out one {k}, the first of a list',
      'return a list without its first {k}',
    ],
    entryNames: ['one_less', 'spared'],
    takes: 'xs',
    inputs: (random, { k }) => [[...random.shuffle([k, ...numbers(random, 1, 30, 2)]), k]],
    solve: ({ k }, xs: number[]) => xs.toSpliced(xs.indexOf(k), 1),
  }),
] as const;
