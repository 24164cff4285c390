/**
 * What a mode makes of a quirk. `switch`: the modes differ, and settings choose one by one. `option`: both do as the
 * published system unless settings say otherwise. `both`: both do as it does. `neither`: it is a fault that nothing
 * hangs on, and none repeats it. `elsewhere`: it is no matter of training.
 */
export type QuirkKind = 'switch' | 'option' | 'both' | 'neither' | 'elsewhere';

/** One thing that the published system does and its paper does not say, or says otherwise. */
export interface Quirk {
  readonly id: `Q${number}`;
  /** What the published system does. */
  readonly published: string;
  readonly kind: QuirkKind;
  /** The settings that decide it; of a `switch` and an `option`. */
  readonly settings?: readonly string[];
  /** What this one does, and why where it differs; of a `switch` MODE_SWITCHES says that. */
  readonly here: string;
}

const onSwitch = (id: Quirk['id'], settings: readonly string[], published: string, here = ''): Quirk => ({
  id,
  published,
  kind: 'switch',
  settings,
  here,
});
const option = (id: Quirk['id'], settings: readonly string[], published: string, here: string): Quirk => ({
  id,
  published,
  kind: 'option',
  settings,
  here,
});
const row =
  (kind: QuirkKind) =>
  (id: Quirk['id'], published: string, here: string): Quirk => ({ id, published, kind, here });
const [both, neither, elsewhere] = [row('both'), row('neither'), row('elsewhere')];

/** Every quirk, in the order of docs/modes.md, which is printed from them. */
export const QUIRKS: readonly Quirk[] = [
  both('Q1', 'feedback tokens are spelled `<|lang_feedback|>`, not as in the paper', 'the same spelling'),
  both('Q2', 'the four tokens take unused rows of the vocabulary', 'the same; rows are added only where none is free'),
  onSwitch(
    'Q3',
    ['totalTokens'],
    '512 tokens are those of the prompt, padded to a multiple of 128, and the solution together',
  ),
  both(
    'Q4',
    'FCFT and pre-training are steps in turn, each a mean over its own tokens; eq. 1 adds the losses',
    'steps in turn, FCFT first',
  ),
  elsewhere('Q5', 'the paper gives two numbers for the 2B iteration that is reported', 'a reading of its tables'),
  elsewhere(
    'Q6',
    'GSM8K counts a problem as solved when any of 40 samples is right',
    'metrics are named for what they are',
  ),
  elsewhere(
    'Q7',
    'a strip by character set eats the `d` of `def` from HumanEval prompts',
    'a reward token is an id in front, never text',
  ),
  elsewhere(
    'Q8',
    'HumanEval rows of the base model are copied from another paper',
    'a base model is scored like any other',
  ),
  elsewhere(
    'Q9',
    'prompts whose padding reaches the limit score zero',
    'benchmarks count new tokens; in training see Q63',
  ),
  elsewhere('Q10', 'BBH answers match anywhere in the reasoning', 'a judge that names where the answer stands'),
  elsewhere('Q11', 'BBH has 27 files, the paper 26 tasks', 'a reading of its tables'),
  both('Q12', 'a solution that passes has no text', 'no text'),
  elsewhere('Q13', 'EAE solutions are cut before they are run and trained on', 'stop strings do that: `sampling.stop`'),
  elsewhere('Q14', 'EAE arguments that are not in the sentence are ignored', 'the verifier is the caller’s'),
  onSwitch(
    'Q15',
    ['fineTuning.order', 'fineTuning.supervisedStart', 'problems.rawGold'],
    'the supervised baseline shuffles once, begins with end-of-text, keeps CRLF; 30 epochs are 30 updates',
  ),
  onSwitch('Q16', ['fineTuning.endOfText'], 'end-of-text is in no FCFT target'),
  both('Q17', 'reward token, feedback, prompt, solution, in this order', 'the same order'),
  both('Q18', 'nothing separates the pieces', 'nothing'),
  both(
    'Q19',
    'nothing begins a sequence',
    'nothing for CodeGen; what a tokenizer puts in front stays, or Llama would break',
  ),
  both('Q20', 'ids 50295 to 50298 in the order bad, good, begin and end of feedback', 'the same on import of CodeGen'),
  both('Q21', 'their rows keep what the base has there', 'they are kept'),
  onSwitch('Q22', ['fineTuning.solutionTokens'], 'prompt and decoded text are tokenised again as one'),
  onSwitch('Q23', ['fineTuning.maxSequenceTokens'], 'sequences are cut on the right at 2048'),
  both('Q24', 'batches are padded on the left to a multiple of 128', 'padded on the right: the same numbers to 1e-4'),
  onSwitch('Q25', ['fineTuning.layout'], 'no packing'),
  neither(
    'Q26',
    'the position before a sequence attends to everything, the future included',
    'a leak; the first token is learnt from a lone end-of-text instead (Q27)',
  ),
  onSwitch('Q27', ['fineTuning.firstTokenLoss'], 'the reward token is a target'),
  both('Q28', 'every token of a sequence is a target; the mask without feedback is not used', 'every token'),
  both('Q29', 'padding is told by the mask, not by its id, which is end-of-text’s', 'by length'),
  both('Q30', 'the loss is the sum over all tokens of a batch by their number', 'the same mean'),
  both('Q31', 'micro-batches are added up and divided once', 'added up, divided once'),
  option('Q32', ['dataset.deduplicate'], 'equal samples are all kept', 'kept'),
  option('Q33', ['dataset.balance'], 'good and bad samples are as many as they are', 'as they come'),
  onSwitch(
    'Q34',
    ['fineTuning.order'],
    'sequences are not shuffled: problems by padded length, then as they come, the same in each epoch',
  ),
  onSwitch(
    'Q35',
    ['fineTuning.order'],
    'so an update is the 128 samples of one problem',
    'follows from Q34 with n = 128 and batches of 128',
  ),
  neither(
    'Q36',
    'faults of the executor are kept as failing samples',
    'machinery that fails is an error and is done again',
  ),
  option('Q37', ['dataset.replayWindow'], 'an iteration is trained on its own samples alone', 'its own'),
  both('Q38', 'weights continue from iteration to iteration', 'they continue'),
  both('Q39', 'so do moments and the step count', 'they continue'),
  both('Q40', 'sample, execute, build, train, save, test', 'the same phases, as far as they need each other'),
  both('Q41', 'steps per epoch are twice ⌈\\|P\\|·n / 128⌉ with the mix', 'the same count'),
  both('Q42', 'AdamW 0.9, 0.999, 1e-8; no decay on biases and norms, decay on embedding and head', 'the same'),
  option('Q43', ['fineTuning.warmupSteps'], 'the learning rate is constant', 'constant'),
  onSwitch('Q44', ['fineTuning.gradientClip'], 'gradients are not clipped'),
  both('Q45', 'no dropout', 'none'),
  option('Q46', ['fineTuning.recompute'], 'activations are kept', 'kept'),
  onSwitch(
    'Q47',
    ['fineTuning.batchSize', 'pretrainingMix.batchSize'],
    'batches of 128 sequences, in 16 or 32 micro-batches',
    '`fineTuning.microBatchSize` cuts them',
  ),
  onSwitch(
    'Q48',
    ['fineTuning.products'],
    'everything is computed in bfloat16, softmax and logits too',
    'faithful computes matrix products so; sums, norms and softmax stay float32',
  ),
  onSwitch(
    'Q49',
    ['fineTuning.weightPrecision'],
    'weights are bfloat16 with no finer copy: w ← bf16(w + bf16(update))',
  ),
  neither('Q50', 'a value head of random numbers comes along', 'dropped on import: nothing reads it'),
  neither('Q51', 'options for KL, PPO and reward heads that nothing uses', 'absent'),
  both(
    'Q52',
    'pre-training reads the first 50,000 files of an unpinned stream',
    'the corpus is a file, pinned by its digest',
  ),
  onSwitch(
    'Q53',
    ['pretrainingMix.heldOutShare'],
    'a tenth of the files is set aside, by numpy’s seed 42',
    'another tenth: numpy’s permutation is not repeated',
  ),
  onSwitch('Q54', ['pretrainingMix.separator'], 'nothing stands between files'),
  onSwitch(
    'Q55',
    ['pretrainingMix.form'],
    'files are joined a thousand at a time, cut into blocks, the remainder dropped',
    '`pretrainingMix.groupDocuments` is the thousand',
  ),
  onSwitch('Q56', ['pretrainingMix.form'], 'blocks that fill no batch are dropped', 'with Q55'),
  option(
    'Q57',
    ['pretrainingMix.blockTokens'],
    'blocks of 2048, or of 1024 where the tokenizer does not say',
    '2048 or the model’s length',
  ),
  onSwitch('Q58', ['pretrainingMix.cursor'], 'every epoch begins at the first block'),
  onSwitch('Q59', ['pretrainingMix.order'], 'blocks are never shuffled'),
  option(
    'Q60',
    ['firstCondition', 'condition'],
    'the first iteration samples without a reward token, later ones under `<|good|>`',
    'the same',
  ),
  onSwitch(
    'Q61',
    ['validation.samplesPerProblem'],
    'tests draw 16 samples at temperature 0.1, under `<|good|>` after training',
  ),
  both('Q62', 'temperature 1, top-p 1, no top-k', 'the same defaults'),
  onSwitch(
    'Q63',
    ['totalTokens'],
    'a prompt without room gets an empty solution, which is judged',
    'with Q3; fixed refuses such problems before the run begins',
  ),
  both('Q64', 'prompts of equal padded length share a batch', 'no number depends on what shares a batch'),
  onSwitch(
    'Q65',
    ['seedSchedule'],
    'the noise is seeded with 42 in every call',
    'faithful has one noise for all iterations; problems keep theirs apart',
  ),
  neither(
    'Q66',
    'the reward token is text in front of the prompt, stripped by its characters before execution',
    'an id that no program ever holds',
  ),
  elsewhere(
    'Q67',
    '`<|good|>` beats `<|bad|>` by 0 to 1 points',
    'a result: validation and benchmarks score any condition',
  ),
  onSwitch('Q68', ['sampling.cleanUpSpaces'], 'decoding takes spaces before English punctuation out of programs'),
  neither(
    'Q69',
    'a special token that a text spells becomes the token',
    'texts stay characters, or a program could write its own reward',
  ),
  onSwitch('Q70', ['validation.split', 'validation.select'], 'the best iteration is chosen on the test split'),
];
