import { errorCode, systemReason } from '@eider/store';
import { LakeError } from './lake-error.ts';

/** As `show`, for an entry that was just written: where there is none any more, the whole state is gone. */
export async function showCommitted<T>(number: number, steps: () => Promise<T | undefined>): Promise<T> {
  return await show(number, async () => {
    const shown = await steps();
    if (shown === undefined) throw new Error('the folder of the state is not there any more.');
    return shown;
  });
}

/** Does steps 5 to 8 of a commit. What goes wrong with them is told as what it is: the commit stands. Throws LakeError: `lake/not-shown`, or the code of what the lake refuses. */
export async function show<T>(number: number, steps: () => Promise<T>): Promise<T> {
  try {
    return await steps();
  } catch (cause) {
    const text = `Commit ${number} is safe, but it could not be shown everywhere: ${reasonOf(cause)}`;
    const refused = cause instanceof LakeError ? cause : undefined;
    const hint = refused?.diagnostics[0]?.hint ?? 'Remove the cause, then run eider publish.';
    throw new LakeError(refused?.code ?? 'lake/not-shown', text, hint, { cause });
  }
}

/** DuckDB puts the reason last when a file that it was writing becomes unusable. */
function reasonOf(cause: unknown): string {
  const path = cause instanceof Error && 'path' in cause ? `${String(cause.path)}: ` : '';
  const message = `${errorCode(cause) === '' ? '' : path}${systemReason(cause)}`;
  return message.split('Original error: ').at(-1) ?? message;
}
