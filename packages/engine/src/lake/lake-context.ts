import type { Store } from '@eider/store';
import type { Objects } from '../objects/objects.ts';
import type { DataFolders } from './data-folder.ts';
import type { ProjectFacts } from './facts.ts';
import { readFacts } from './facts.ts';
import type { generationReader } from './head.ts';
import { headOf } from './head.ts';
import type { Head, LakeOptions } from './lake.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Ledger } from './ledger-store.ts';
import type { Reach } from './reach.ts';

/** What the parts of an open lake share. */
export interface LakeContext {
  readonly options: LakeOptions;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly folders: DataFolders;
  readonly reach: Reach;
  /** Of a state in a bucket, unless it is to have no copies here. */
  readonly objects: Objects | undefined;
  readonly generations: ReturnType<typeof generationReader>;
}

/** The newest committed state; undefined before the first commit. */
export async function readHead(context: LakeContext): Promise<Head | undefined> {
  const number = await context.ledger.headNumber();
  return number === 0 ? undefined : headOf(await context.ledger.entry(number), context.generations.read);
}

/** The facts of the project that an entry was committed from. */
export async function factsOf(context: LakeContext, entry: LedgerEntry): Promise<ProjectFacts> {
  return await readFacts(context.store, entry.facts);
}
