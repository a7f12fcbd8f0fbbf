import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EiderError, error, type PackagePorts, type PinnedHub } from '@eider/core';
import { createGitClient, type GitOptions } from './git-client.ts';
import type { HttpClient } from './http-client.ts';
import { createHubClient } from './hub-client.ts';
import type { TreeCache } from './tree-cache.ts';
import { unpackTarball } from './unpack-tarball.ts';

/** Core's way to packages that are elsewhere, and the way to the files of one that the hub has. */
export interface PackageSource extends PackagePorts {
  /** The folder with the files of a version of the hub. */
  hubTree(pinned: PinnedHub): Promise<string>;
}

export interface PackageSourceOptions extends GitOptions {
  readonly hub: string;
  readonly http: HttpClient;
  readonly cache: TreeCache;
}

/** Gets packages by git and HTTP; what cannot change (a commit, a version of the hub) is kept in the cache and asked for once. */
export function createPackageSource(options: PackageSourceOptions): PackageSource {
  const { cache, http } = options;
  const hub = createHubClient(options.hub, http);
  const git = createGitClient(options);
  const untar = async (url: string, label: string, folder: string): Promise<string> => {
    const archive = cache.scratch();
    await http.download(url, archive);
    return join(folder, await unpackTarball(archive, folder, label));
  };
  const tarballs = new Map<string, Promise<string>>();
  return {
    hubPackage: (name) => hub.package(name),
    hubNames: () => hub.names(),
    async git(request) {
      const commit = await git.commitOf(request);
      const key = `git ${commit} ${request.subdirectory ?? ''}`;
      return { commit, folder: await cache.tree(key, (folder) => git.exportTo(request, commit, folder)) };
    },
    async tarball({ label, url }) {
      const asked = tarballs.get(url) ?? untar(url, label, cache.scratch());
      tarballs.set(url, asked);
      return { folder: await asked };
    },
    async hubTree(pinned) {
      const { package: name, version } = pinned;
      const folder = await cache.tree(`hub ${options.hub} ${name} ${version}`, async (draft) => {
        const facts = (await hub.package(name))?.versions.get(version);
        if (facts === undefined) throw goneVersion(name, version);
        await untar(facts.tarball, `${name} ${version}`, draft);
      });
      return onlyFolderIn(folder);
    },
  };
}

async function onlyFolderIn(folder: string): Promise<string> {
  const [top = ''] = await readdir(folder);
  return join(folder, top);
}

function goneVersion(name: string, version: string): EiderError {
  const hint = 'Run `eider deps --upgrade` to choose a version that there is.';
  return new EiderError([error('package/not-found', `The hub has no version ${version} of ${name}.`, { hint })]);
}
