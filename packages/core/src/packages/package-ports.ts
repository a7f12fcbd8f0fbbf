/** One version of a package, as the hub tells of it. */
export interface HubVersion {
  /** The name of its project, and so of its folder. */
  readonly name: string;
  /** Where its tarball lies. */
  readonly tarball: string;
  /** The entries of its own packages.yml, unread. */
  readonly packages: unknown;
  /** The versions of dbt that it is for; empty for all. */
  readonly requireDbtVersion: readonly string[];
}

/** A package of the hub. */
export interface HubPackage {
  readonly versions: ReadonlyMap<string, HubVersion>;
  /** Its new name, where it has moved. */
  readonly movedTo: string | null;
}

/** A tree of files that lies on this machine, to be read and copied, never changed. */
export interface PackageTree {
  /** Absolute. */
  readonly folder: string;
}

/** What part of which repository. */
export interface GitRequest {
  readonly url: string;
  /** The address as it may be shown. */
  readonly label: string;
  /** A tag, a branch, a whole commit; null for the default branch. */
  readonly revision: string | null;
  readonly subdirectory: string | null;
}

/**
 * The way to packages that are elsewhere: core itself knows neither network nor processes. Each method throws EiderError, its findings without a place,
 * for what cannot be got; the same question may be asked again and costs nothing then.
 */
export interface PackagePorts {
  /** Null where the hub has no package of that name. */
  hubPackage(name: string): Promise<HubPackage | null>;
  /** The names of all packages of the hub; empty where it does not say. */
  hubNames(): Promise<readonly string[]>;
  git(request: GitRequest): Promise<PackageTree & { readonly commit: string }>;
  tarball(request: { readonly url: string; readonly label: string }): Promise<PackageTree>;
}
