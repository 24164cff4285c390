import { OUTCOMES, PHASES, type Outcome, type OutcomeCounts, type PhaseSeconds } from '@leti/leti';
import type { OutcomeCount, PhaseTime } from '@leti/proto';
import type { FieldPath } from './field-path.ts';
import { outcomeFromProto, outcomeToProto } from './outcome.ts';

/** Reads a table of outcomes; reports negative counts and outcomes given twice. */
export function outcomeCountsFromProto(counts: readonly OutcomeCount[], at: FieldPath): OutcomeCounts {
  const table: Partial<Record<Outcome, number>> = {};
  counts.forEach(({ outcome, count }, i) => {
    const place = at.index(i);
    const word = outcomeFromProto(outcome, place.field('outcome'));
    place.field('outcome').expect(table[word] === undefined, 'must not be given twice', word);
    place.field('count').expect(count >= 0, 'must be 0 or more', count);
    table[word] = count;
  });
  return table;
}

/** Outcomes that occurred, in the order of the enum. */
export function outcomeCountsToProto(counts: OutcomeCounts): OutcomeCount[] {
  return OUTCOMES.flatMap((outcome) => {
    const count = counts[outcome] ?? 0;
    return count === 0 ? [] : [{ outcome: outcomeToProto(outcome), count }];
  });
}

/** Reads seconds per phase; reports unknown phases and negative times. */
export function phaseSecondsFromProto(phases: readonly PhaseTime[], at: FieldPath): PhaseSeconds {
  const entries = phases.map(({ phase, seconds }, i) => {
    const known = PHASES.find((word) => word === phase);
    at.index(i)
      .field('phase')
      .expect(known !== undefined, `must be one of ${PHASES.join(', ')}`, phase);
    at.index(i)
      .field('seconds')
      .expect(seconds >= 0, 'must be 0 or more', seconds);
    return [known ?? PHASES[0], seconds] as const;
  });
  return Object.fromEntries(entries);
}

/** Phases that occurred, in the order of `PHASES`. */
export function phaseSecondsToProto(phases: PhaseSeconds): PhaseTime[] {
  return PHASES.flatMap((phase) => {
    const seconds = phases[phase];
    return seconds === undefined ? [] : [{ phase, seconds }];
  });
}
