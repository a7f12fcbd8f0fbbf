import type { Diagnostic } from '@eider/core';
import type { Flags } from '../flags/flags.ts';
import { warningFate } from '../flags/warn-error-options.ts';
import type { Check, DebugReport } from './check.ts';

/** A report in which warnings that dbt has too, deprecated spellings above all, are what `--warn-error` and `--warn-error-options` make of them. */
export function judgeReport(report: DebugReport, flags: Pick<Flags, 'warnError' | 'warnErrorOptions'>): DebugReport {
  const judge = (finding: Diagnostic): readonly Diagnostic[] => {
    if (finding.severity === 'error' || finding.dbtName === undefined) return [finding];
    const fate = warningFate(finding, flags.warnErrorOptions, flags.warnError);
    if (fate === 'silence') return [];
    return [fate === 'error' ? { ...finding, severity: 'error' } : finding];
  };
  const checks = report.checks.map((check): Check => {
    if (check.findings.length === 0) return check;
    const findings = check.findings.flatMap(judge);
    const status = findings.some(isRaised) ? 'failed' : findings.length === 0 ? 'ok' : check.status;
    return { ...check, findings, status };
  });
  return { ...report, checks };
}

/** Whether a finding is an error only because dbt's warnings are to be errors. */
export function isRaised({ dbtName, severity }: Diagnostic): boolean {
  return severity === 'error' && dbtName !== undefined;
}
