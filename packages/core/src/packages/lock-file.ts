import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Diagnostic, error, hasErrors } from '../diagnostics.ts';
import { readSpecs } from '../project/package-specs.ts';
import { lockFileName } from '../project/packages.ts';
import { readYamlMapping } from '../project/read-yaml.ts';
import type { ValueRenderer } from '../project/render-values.ts';
import { emitYaml } from '../yaml/emitter.ts';
import { listNode, mappingNode, textNode } from '../yaml/tree.ts';
import type { PinnedPackage } from './pinned-package.ts';

/** What a package-lock.yml holds. */
export interface LockFile {
  readonly packages: readonly PinnedPackage[];
  /** The hash of the entries that it was made for. */
  readonly hash: string | null;
  /** Whether its YAML can be read: what cannot is an error, as in dbt, whatever it was made for. */
  readonly readable: boolean;
}

/** The text of a package-lock.yml, as dbt writes it to the byte. `scrub` takes the values of secrets out of addresses. */
export function lockFileText(
  packages: readonly PinnedPackage[],
  hash: string,
  scrub: (text: string) => string,
): string {
  const records = packages.map((one) => {
    const entries = Object.entries(recordOf(one, scrub)).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    );
    return mappingNode(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, textNode(value)]));
  });
  const file = mappingNode([
    ['packages', listNode(records)],
    ['sha1_hash', textNode(hash)],
  ]);
  return emitYaml(file, { indentsLists: true });
}

function recordOf(one: PinnedPackage, scrub: (text: string) => string): Readonly<Record<string, string | null>> {
  const { name } = one;
  switch (one.kind) {
    case 'local':
      return { local: one.path, name };
    case 'git':
      return { git: scrub(one.written), revision: one.revision, subdirectory: one.subdirectory, name };
    case 'tarball':
      return { tarball: scrub(one.written), name };
    default:
      return { package: one.package, version: one.version, name };
  }
}

/** Reads the package-lock.yml of a project, dbt's or ours. Null where there is none. Findings go to `report`. */
export async function readLockFile(
  root: string,
  renderer: ValueRenderer,
  report: (finding: Diagnostic) => void,
): Promise<LockFile | null> {
  const text = await readFile(join(root, lockFileName), 'utf8').catch(() => null);
  if (text === null) return null;
  const file = readYamlMapping(text, lockFileName);
  for (const finding of file.diagnostics) report(finding);
  const list = file.root?.get('packages');
  const specs = list === undefined ? [] : readSpecs(list, renderer.render(list, report), report);
  const hash = file.root?.get('sha1_hash')?.value;
  const packages = specs.flatMap((spec): PinnedPackage[] => {
    const { name, place } = spec;
    switch (spec.kind) {
      case 'local':
        return [{ kind: 'local', place, name, path: spec.path }];
      case 'git': {
        const { revision, subdirectory, url, written } = spec;
        return [{ kind: 'git', place, name, url, written, subdirectory, revision: revision ?? 'HEAD' }];
      }
      case 'tarball':
        return [{ kind: 'tarball', place, name: spec.name, url: spec.url, written: spec.written }];
      case 'hub': {
        const [version = '', ...more] = spec.versions;
        if (more.length === 0)
          return [
            { kind: 'hub', place, name, package: spec.package, version: version.replace(/^=/, ''), latest: null },
          ];
        break;
      }
    }
    const message = `${lockFileName} does not say which version of a package it means.`;
    report(error('package/invalid', message, { place, hint: 'Run `eider deps --upgrade` to make the file again.' }));
    return [];
  });
  return { packages, hash: typeof hash === 'string' ? hash : null, readable: !hasErrors(file.diagnostics) };
}
