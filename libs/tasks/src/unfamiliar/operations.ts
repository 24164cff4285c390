import type { Family } from '../micro/family.ts';
import { LIST_OPERATIONS } from './list-operations.ts';
import { TEXT_OPERATIONS } from './text-operations.ts';

/** Every operation of the unfamiliar task. */
export const OPERATIONS: readonly Family[] = [...TEXT_OPERATIONS, ...LIST_OPERATIONS];
