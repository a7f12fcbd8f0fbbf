import type { Diagnostic, Place, Target } from '@eider/core';

/** What a finding of the lake is about in the target of profiles.yml, the likeliest first. */
const entries: readonly (readonly [RegExp, readonly (readonly string[])[]])[] = [
  [/^lake\/live-path/, [['publish', 'live'], ['publish']]],
  [/^lake\/(published|publish|ambiguous)/, [['publish', 'path'], ['publish']]],
  [/^(engine\/store-failed|lake\/(not-writable|other-project|newer-format))$/, [['state'], ['external_root']]],
];

/** The place in profiles.yml of what a finding without a place is about: its entry, else the target; undefined for other findings. */
export function profilePlace({ code }: Diagnostic, { written }: Target): Place | undefined {
  const keys = entries.find(([pattern]) => pattern.test(code))?.[1];
  if (keys === undefined || written === undefined) return undefined;
  const found = keys.find((path) => written.get(...path) !== undefined);
  return found === undefined ? written.place : written.at(...found);
}
