import { type DeprecationName, type Diagnostic, deprecationCodes } from '@eider/core';
import type { Flags } from '../flags/flags.ts';
import { warningFate } from '../flags/warn-error-options.ts';
import { yellow } from '../ui/colors.ts';
import type { LogLine } from '../ui/log-line.ts';

/** Counts what dbt calls deprecated: a command tells the first of each name, and how many there were of each at its end. */
export interface DeprecationTally {
  /** Whether a finding is another of a name that was told before. */
  readonly hasTold: (finding: Diagnostic) => boolean;
  /** Undefined where nothing was found. */
  readonly summary: () => LogLine | undefined;
}

/** A tally for one command. */
export function createDeprecationTally(flags: Flags): DeprecationTally {
  const counts = new Map<DeprecationName, number>();
  return {
    hasTold({ dbtName = '' }) {
      if (!isDeprecation(dbtName)) return false;
      const before = counts.get(dbtName) ?? 0;
      counts.set(dbtName, before + 1);
      return before > 0;
    },
    summary() {
      const { showAllDeprecations, warnError, warnErrorOptions } = flags;
      if (
        counts.size === 0 ||
        warningFate({ code: '', dbtName: summaryName }, warnErrorOptions, warnError) === 'silence'
      )
        return undefined;
      return summaryLine([...counts], !showAllDeprecations);
    },
  };
}

const summaryName = 'DeprecationsSummary';

function isDeprecation(name: string): name is DeprecationName {
  return Object.hasOwn(deprecationCodes, name);
}

function summaryLine(counts: readonly (readonly [DeprecationName, number])[], showAllHint: boolean): LogLine {
  const summaries = counts.map(([name, occurrences]) => {
    return { event_name: name, event_code: deprecationCodes[name], occurrences };
  });
  const lines = summaries.map(
    ({ event_name: name, occurrences }) => `  ${name}: ${occurrences} occurrence${occurrences === 1 ? '' : 's'}`,
  );
  const isCut = showAllHint && summaries.some(({ occurrences }) => occurrences > 1);
  const hint = isCut ? ['  --show-all-deprecations tells of each.'] : [];
  const text = [yellow('What dbt calls deprecated:'), ...lines, ...hint].join('\n');
  return { level: 'warn', name: summaryName, code: 'D028', text, data: { summaries, show_all_hint: showAllHint } };
}
