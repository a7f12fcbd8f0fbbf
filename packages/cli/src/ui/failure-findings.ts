import { type Diagnostic, didYouMeanHint, EiderError, error } from '@eider/core';
import { UsageError } from '../flags/usage-error.ts';
import { systemReason } from './system-reasons.ts';

/** What is wrong, where a failure is one of the project's, the database's or the disk's. */
export function findingsOf(failure: unknown): readonly Diagnostic[] | null {
  if (failure instanceof EiderError) return failure.diagnostics;
  if (failure instanceof UsageError) return [usageFinding(failure)];
  if (!(failure instanceof Error)) return null;
  // By their names: the classes live in packages that are loaded only where nodes run.
  if (failure.name === 'SqlError')
    return [error('engine/sql-failed', failure.message.replace(/^[A-Z][\w ]*? Error: /, ''))];
  if (failure.name === 'StoreError' && 'hint' in failure) {
    return [error('engine/store-failed', failure.message, { hint: String(failure.hint) })];
  }
  const { code, dest, path: from, syscall } = failure as NodeJS.ErrnoException & { readonly dest?: string };
  if (code === undefined || syscall === undefined) return null;
  // Of a copy or a rename it is the other end that cannot be written.
  const path = dest ?? from;
  const doing = writing.has(syscall) ? 'written' : 'read';
  const [why, hint] = systemReason(failure) ?? [
    failure.message,
    'Check that it is there, and that this user may use it.',
  ];
  return [error('cli/file-system', `${path ?? 'A file'} cannot be ${doing}: ${why}`, { hint })];
}

function usageFinding({ choice, hint, message, place }: UsageError): Diagnostic {
  const near = choice === undefined ? undefined : didYouMeanHint(choice.word, choice.options);
  const advice = [near, hint].filter((one) => one !== undefined).join(' ');
  return error('cli/usage', message, { ...(place && { place }), ...(advice !== '' && { hint: advice }) });
}

const writing: ReadonlySet<string> = new Set([
  'mkdir',
  'write',
  'rename',
  'unlink',
  'rmdir',
  'link',
  'symlink',
  'copyfile',
  'fsync',
  'rm',
  'open',
]);
