import { isSeq, parseDocument } from 'yaml';

/** What `--add-package` names. */
export interface AddedPackage {
  readonly name: string;
  /** A version, several with commas between them, a revision. */
  readonly version: string | null;
  readonly source: 'hub' | 'git' | 'local';
}

/** A file of packages with one more in it. */
export interface AddedEntry {
  readonly text: string;
  /** The entries that went for it, each by what it names. */
  readonly removed: readonly string[];
}

/**
 * Puts a package at the end of the entries of a packages.yml or dependencies.yml (empty text for none) and takes away entries of the same package, from
 * whatever source, as dbt does. Comments and the rest of the file stay. Null where `packages:` is something else than a list.
 */
export function addPackageEntry(text: string, added: AddedPackage): AddedEntry | null {
  const document = parseDocument(text.trim() === '' ? 'packages: []\n' : text, { version: '1.1' });
  if (document.get('packages') == null) document.set('packages', document.createNode([]));
  const list = document.get('packages');
  if (!isSeq(list)) return null;
  const removed: string[] = [];
  list.items = list.items.filter((item) => {
    const address = addressOf(document.createNode(item).toJS(document));
    const isSame = address !== null && meansSame(added.name, address);
    if (isSame) removed.push(address);
    return !isSame;
  });
  list.flow = false;
  list.add(document.createNode(entryOf(added)));
  return { text: document.toString({ lineWidth: 0, indentSeq: true }), removed: removed.reverse() };
}

function entryOf({ name, source, version }: AddedPackage): Readonly<Record<string, string | readonly string[]>> {
  const key = source === 'hub' ? 'package' : source;
  if (version === null) return { [key]: name };
  const value = version.includes(',') ? version.split(',') : version;
  return { [key]: name, [source === 'git' ? 'revision' : 'version']: value };
}

function addressOf(entry: unknown): string | null {
  if (typeof entry !== 'object' || entry === null) return null;
  const given = ['package', 'git', 'local', 'tarball', 'private'].map((key) => (entry as Record<string, unknown>)[key]);
  const found = given.find((value) => typeof value === 'string' && value !== '');
  return typeof found === 'string' ? found : null;
}

/** Whether an address holds a package's name, with or without its owner, `_` and `-` alike, between slashes and dots. */
function meansSame(name: string, address: string): boolean {
  const short = name.slice(name.lastIndexOf('/') + 1);
  const spellings = [name, short].flatMap((one) => [one, one.replaceAll('_', '-'), one.replaceAll('-', '_')]);
  return spellings.some((one) => {
    const at = address.indexOf(one);
    const [before, behind] = [address[at - 1], address[at + one.length]];
    return (
      one !== '' && at >= 0 && [before, behind].every((edge) => edge === undefined || edge === '/' || edge === '.')
    );
  });
}
