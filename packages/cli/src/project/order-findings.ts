import type { Diagnostic } from '@eider/core';

/** Causes before what follows from them: what cannot be read hides names, and names decide about refs. */
const ranks = ['cli', 'profile', 'project', 'env', 'package', 'jinja', 'macro', 'config', 'source', 'ref', 'graph'];

/** Findings as people want to read them: errors before warnings, causes before consequences, then by place; each once. */
export function orderFindings(found: readonly Diagnostic[]): readonly Diagnostic[] {
  const once = new Map(found.map((one) => [JSON.stringify([one.code, one.message, one.place]), one]));
  return [...once.values()].sort(
    (a, b) =>
      Number(a.severity === 'warning') - Number(b.severity === 'warning') ||
      rankOf(a) - rankOf(b) ||
      compare(a.place?.file, b.place?.file) ||
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0),
  );
}

function rankOf({ code }: Diagnostic): number {
  const rank = ranks.indexOf(code.split('/')[0] ?? '');
  return rank < 0 ? ranks.length : rank;
}

function compare(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0;
  return (a ?? '') < (b ?? '') ? -1 : 1;
}

/** How much was found, where that is more than one thing; undefined else. */
export function foundSentence(found: readonly Diagnostic[]): string | undefined {
  if (found.length < 2) return undefined;
  const errors = found.filter(({ severity }) => severity === 'error').length;
  const warnings = found.length - errors;
  const parts = [count(errors, 'error'), count(warnings, 'warning')].filter((part) => part !== undefined);
  return `${parts.join(' and ')}: nothing was run.`;
}

function count(number: number, what: string): string | undefined {
  if (number === 0) return undefined;
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
