export { selectSequences } from './select-sequences.ts';
export type { SelectableSequence, SelectedSequence } from './select-sequences.ts';
