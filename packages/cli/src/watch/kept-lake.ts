import type { Lake } from '@eider/engine';
import type { OpenProject } from '../project/open-project.ts';

/** The lake of a project, open over its waves: what one of them read of the ledger the next need not. Another one where the profile leads elsewhere. */
export type KeptLake = (open: OpenProject) => Promise<Lake>;

export function keptLake(): KeptLake {
  let kept: { readonly key: string; readonly lake: Promise<Lake> } | undefined;
  return async ({ compiler, eiderVersion, flags }) => {
    const { lakeOptions, openLake } = await import('@eider/engine');
    const options = lakeOptions(compiler, { eiderVersion, takeOver: flags.takeOver });
    const key = JSON.stringify(options);
    if (kept?.key !== key) kept = { key, lake: openLake(options) };
    try {
      return await kept.lake;
    } catch (failure) {
      kept = undefined;
      throw failure;
    }
  };
}
