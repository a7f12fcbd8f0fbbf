import { error, type Target, warning } from '@eider/core';
import type { BucketReport } from '@eider/engine';
import { type Check, checkOf } from './check.ts';

/** A place in a bucket that a project writes to, or that a secret is for. */
export interface CheckedBucket {
  readonly name: string;
  readonly report: BucketReport;
  readonly facts?: readonly string[];
  /** Nothing of the lake lies there: keys that only read are fine. */
  readonly isSource?: boolean;
}

const mostClockMs = 5_000;

/** What each place in a bucket lets this profile do. */
export function bucketChecks(buckets: readonly CheckedBucket[]): readonly Check[] {
  return buckets.map(({ facts = [], isSource = false, name, report: { clockAheadMs, failure, uri, works } }) => {
    const all = [uri, ...facts, ...(works.length === 0 ? [] : [`works: ${works.join(', ')}`])];
    if (failure === null) {
      const findings = clockFindings(name, uri, clockAheadMs);
      return checkOf('paths', name, 'writable', {
        status: findings.length > 0 ? 'warning' : 'ok',
        findings,
        facts: all,
      });
    }
    const { ability, finding } = failure;
    if (isSource && ability === 'write') {
      const told = `These keys list what is there and do not write: ${finding.message}`;
      return checkOf('paths', name, 'not writable', { status: 'ok', facts: [...all, told] });
    }
    const message = `${name}: ${ability} fails at ${uri}: ${finding.message}`;
    const { hint } = finding;
    const found = error('cli/file-system', message, hint === undefined ? {} : { hint });
    return checkOf('paths', name, `${ability} fails`, { status: 'failed', findings: [found], facts: all });
  });
}

function clockFindings(name: string, uri: string, clockAheadMs: number | null): Check['findings'] {
  if (clockAheadMs === null || Math.abs(clockAheadMs) <= mostClockMs) return [];
  const message = `${name}: the clock of ${uri} is ${(clockAheadMs / 1000).toFixed(1)} s ahead of this machine's.`;
  const hint = 'Set both by NTP: signatures are refused that are minutes off, and heartbeats of builds are compared.';
  return [warning('cli/file-system', message, { hint })];
}

/** The places that secrets name as their scope: each is tried, so that one without a model behind it is not found wanting at night. */
export function scopesOf({
  secrets,
}: Target): readonly { readonly name: string; readonly uri: string; readonly isSource: boolean }[] {
  return secrets.flatMap(({ key_id: hmac, name, scope, type }) =>
    isAsked(String(type).toLowerCase(), hmac)
      ? [scope]
          .flat()
          .flatMap((uri) =>
            /^\w+:\/\/[^/]/.test(String(uri))
              ? [{ name: `scope of ${String(name)}`, uri: String(uri), isSource: true }]
              : [],
          )
      : [],
  );
}

/** Keys of Google's interface that speaks S3's protocol are DuckDB's alone. */
function isAsked(type: string, hmac: unknown): boolean {
  return type === 's3' || type === 'azure' || (type === 'gcs' && hmac === undefined);
}
