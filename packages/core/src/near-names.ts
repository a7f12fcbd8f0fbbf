/**
 * The candidate that was most likely meant by `name`, or undefined where none is near.
 * Near: equal but for case, `-` and `_`, or at most a third of the letters wrong (insertions, deletions, replacements, swaps of neighbours).
 */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = normal(name);
  const limit = wanted.length < 2 ? 0 : Math.max(1, Math.floor(wanted.length / 3));
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, normal(candidate), limit);
    if (candidate !== name && distance <= limit && (best === undefined || distance < best.distance)) {
      best = { candidate, distance };
    }
  }
  return best?.candidate;
}

/** The sentence that offers the nearest candidate: `Did you mean "models"?`, or undefined where none is near. */
export function didYouMeanHint(name: string, candidates: Iterable<string>): string | undefined {
  const near = didYouMean(name, candidates);
  return near === undefined ? undefined : `Did you mean "${near}"?`;
}

function normal(name: string): string {
  return name.toLowerCase().replaceAll('-', '_');
}

/** Optimal string alignment distance; anything above `limit` is given as `limit + 1` early where lengths alone decide. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(cell(a, b, i, j, row, last, beforeLast));
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}

function cell(a: string, b: string, i: number, j: number, row: number[], last: number[], beforeLast: number[]): number {
  const same = a[i - 1] === b[j - 1];
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  return Math.min(
    (last[j] ?? Infinity) + 1,
    (row[j - 1] ?? Infinity) + 1,
    (last[j - 1] ?? Infinity) + (same ? 0 : 1),
    swapped ? (beforeLast[j - 2] ?? Infinity) + 1 : Infinity,
  );
}
