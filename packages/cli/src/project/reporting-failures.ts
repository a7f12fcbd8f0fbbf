import { ReportedFailure } from '../reported-failure.ts';
import { findingsOf } from '../ui/failure-findings.ts';
import type { RootProject } from './open-project.ts';

/** Does the work; a failure that a user can act on is reported like any finding and ends the command with exit code 2. Others are bugs and pass. */
export async function reportingFailures<T>({ findings, reporter }: RootProject, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (failure) {
    const found = findingsOf(failure);
    if (found === null) throw failure;
    findings(found);
    throw new ReportedFailure(2);
  } finally {
    reporter.close();
  }
}
