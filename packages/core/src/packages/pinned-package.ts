import type { Place } from '../diagnostics.ts';
import { addressLabel } from '../project/packages.ts';

interface PinnedBase {
  /** The name of its project: the folder that it is installed in. Null where only its files can tell. */
  readonly name: string | null;
  /** The entry that led to it. */
  readonly place: Place;
}

export interface PinnedLocal extends PinnedBase {
  readonly kind: 'local';
  readonly path: string;
}

export interface PinnedGit extends PinnedBase {
  readonly kind: 'git';
  readonly url: string;
  /** The address with `env_var()` in it, as the lock file has it. */
  readonly written: string;
  readonly subdirectory: string | null;
  /** The commit, or a revision that is still to be looked up. */
  readonly revision: string;
}

export interface PinnedTarball extends PinnedBase {
  readonly kind: 'tarball';
  readonly name: string;
  readonly url: string;
  readonly written: string;
}

export interface PinnedHub extends PinnedBase {
  readonly kind: 'hub';
  readonly package: string;
  readonly version: string;
  /** The newest version that could be installed, where the hub was asked. */
  readonly latest: string | null;
}

/** One package, and exactly which. */
export type PinnedPackage = PinnedLocal | PinnedGit | PinnedTarball | PinnedHub;

/** How a package is called in messages: `dbt-labs/dbt_utils`, a folder, an address without secrets. */
export function pinnedLabel(pinned: PinnedPackage): string {
  switch (pinned.kind) {
    case 'hub':
      return pinned.package;
    case 'local':
      return pinned.path;
    case 'tarball':
      return pinned.name;
    default:
      return addressLabel(pinned);
  }
}
