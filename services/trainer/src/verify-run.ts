import { checkpointDigest, CheckpointNotFoundError, InvalidCheckpointError } from '@leti/checkpoint';
import {
  CorruptStoreError,
  type GroupFiles,
  GroupLedger,
  readGroups,
  readSamples,
  runPaths,
  type SolutionLine,
} from '@leti/runs';
import { readIterationRecord } from './iteration-record.ts';

/** What is compared before a run goes on. */
export interface RunToVerify {
  readonly folder: string;
  /** Of the checkpoint that the run started from. */
  readonly baseDigest: string;
  /** The first so many iterations hold samples that other weights drew; they were copied from another run. */
  readonly replayedIterations: number;
}

/**
 * Checks what a run is about to go on from: that the newest finished iteration's checkpoint is still what its
 * metrics.json says, and that the samples of the iteration in progress were drawn from it. Nothing is repaired: either
 * of two files may be the wrong one, and only a person can tell.
 *
 * @throws {CorruptStoreError} naming the file and both digests
 */
export async function verifyRun({ folder, baseDigest, replayedIterations }: RunToVerify): Promise<void> {
  const paths = runPaths(folder);
  let iteration = 1;
  let digest = baseDigest;
  for (; ; iteration++) {
    const record = await readIterationRecord(paths.iteration(iteration).metrics);
    if (record === undefined) break;
    digest = record.checkpointDigest;
  }
  if (iteration > 1) {
    const checkpoint = paths.checkpoint(iteration - 1);
    const actual = await checkpointDigest(checkpoint).catch((error: unknown) => {
      if (!(error instanceof CheckpointNotFoundError || error instanceof InvalidCheckpointError)) throw error;
      throw new CorruptStoreError(
        checkpoint,
        undefined,
        `want the checkpoint that iteration ${iteration - 1} published: ${error.message}`,
        { cause: error },
      );
    });
    if (actual !== digest)
      throw new CorruptStoreError(
        paths.iteration(iteration - 1).metrics,
        undefined,
        `says that ${checkpoint} has digest ${digest}, but it has ${actual}; one of the two was changed`,
      );
  }
  if (iteration <= replayedIterations) return;
  const solutions = await soundSolutions(paths.iteration(iteration));
  const other = solutions.find(({ weightsDigest, engine }) => engine === 'local' && weightsDigest !== digest);
  if (other !== undefined)
    throw new CorruptStoreError(
      paths.iteration(iteration).solutions,
      undefined,
      `want samples of the weights ${digest}, got ${other.problemId} sample ${other.sampleIndex} of ${other.weightsDigest}`,
    );
}

/** The solutions of a ledger that is as it was recorded; none of one that is not, which repairs itself when it is opened. */
async function soundSolutions(files: GroupFiles): Promise<readonly SolutionLine[]> {
  try {
    if ((await readGroups(files)).length === 0) return [];
    await GroupLedger.open(files);
    return (await readSamples(files)).solutions;
  } catch (error) {
    if (error instanceof CorruptStoreError) return [];
    throw error;
  }
}
