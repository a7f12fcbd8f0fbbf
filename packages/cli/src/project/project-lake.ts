import type { Lake } from '@eider/engine';
import type { OpenProject } from './open-project.ts';

/** The lake of a project's target. The engine is loaded here: commands that read the project alone never come this way. */
export async function openProjectLake({ compiler, eiderVersion, flags }: OpenProject): Promise<Lake> {
  const { lakeOptions, openLake } = await import('@eider/engine');
  return await openLake(lakeOptions(compiler, { eiderVersion, takeOver: flags.takeOver }));
}
