import { type Diagnostic, error } from '../diagnostics.ts';
import type { PackageSpec } from '../project/package-specs.ts';
import { packageLabel } from '../project/packages.ts';

/** An entry, and who asks by it: the name of a package, null for the root project. */
export interface Wish<Spec extends PackageSpec = PackageSpec> {
  readonly spec: Spec;
  readonly askedBy: string | null;
}

/** All that is asked for so far, a list of wishes a package. */
export class PackageWishes {
  readonly #byKey = new Map<string, Wish[]>();

  /** Takes wishes in and gives the keys of the packages that they concern, in their order. Two kinds of entry for one package are a finding. */
  add(wishes: readonly Wish[], report: (finding: Diagnostic) => void): readonly string[] {
    const keys = new Set<string>();
    for (const wish of wishes) {
      const key = keysOf(wish.spec).find((one) => this.#byKey.has(one)) ?? keysOf(wish.spec)[0] ?? '';
      const earlier = this.#byKey.get(key) ?? [];
      const [first] = earlier;
      if (first !== undefined && first.spec.kind !== wish.spec.kind) {
        report(mixed(first, wish));
        continue;
      }
      this.#byKey.set(key, [...earlier, wish]);
      keys.add(key);
    }
    return [...keys];
  }

  of(key: string): readonly Wish[] {
    return this.#byKey.get(key) ?? [];
  }

  keys(): readonly string[] {
    return [...this.#byKey.keys()];
  }
}

/** What a package may be known by; the first is its own. A repository is the same with and without `.git`. */
function keysOf(spec: PackageSpec): readonly string[] {
  switch (spec.kind) {
    case 'hub':
      return [spec.package];
    case 'local':
      return [spec.path];
    case 'tarball':
      return [spec.url];
    case 'private':
      return [spec.repository];
    default: {
      const other = spec.url.endsWith('.git') ? spec.url.slice(0, -4) : `${spec.url}.git`;
      return [spec.url, other].map((url) => (spec.subdirectory === null ? url : `${url}/${spec.subdirectory}`));
    }
  }
}

function mixed(first: Wish, second: Wish): Diagnostic {
  const from = [first, second].map(({ spec, askedBy }) => `${spec.kind} (${askedBy ?? 'this project'})`).join(' and ');
  const message = `${packageLabel(second.spec)} is asked for in two ways: as ${from}.`;
  return error('package/conflict', message, { place: second.spec.place, hint: 'Write it in the same way everywhere.' });
}
