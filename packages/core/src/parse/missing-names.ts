import type { Lookup } from '../context/lookup.ts';
import type { RefArgs } from '../manifest/nodes.ts';
import { didYouMean, didYouMeanHint } from '../near-names.ts';

/** What to do about a ref that nothing answers: the name that was meant, the version or package that is wrong, the source that it names. */
export function missingRefHint(ref: RefArgs, lookup: Lookup, nodePackage: string): string {
  const versions = ref.version === null ? [] : versionsOf(ref.name, lookup);
  if (versions.length > 0) return `"${ref.name}" has the versions ${versions.join(', ')}.`;
  if (ref.package !== null && lookup.ref({ ...ref, package: null }, nodePackage).kind === 'found') {
    return `The package "${ref.package}" has no such node. Without the package it is found: {{ ref('${ref.name}') }}.`;
  }
  const source = sourceOf(ref, lookup);
  if (source !== undefined) return `It is a source: write {{ source('${source.replace('.', "', '")}') }}.`;
  const file = ref.name.replace(/^.*[/\\]/, '').replace(/\.(sql|py|csv)$/i, '');
  if (file !== ref.name && lookup.refNames.includes(file)) {
    return `Did you mean "${file}"? Refs name a file without its folder and extension.`;
  }
  return (
    didYouMeanHint(ref.name, lookup.refNames) ??
    'Refs name a model, seed or snapshot by its file name, without folder and extension.'
  );
}

function versionsOf(name: string, lookup: Lookup): readonly string[] {
  return lookup.refNames.filter((one) => one.startsWith(`${name}.v`)).map((one) => one.slice(name.length + 2));
}

/** `ref('people')` or `ref('crm', 'people')` where a source table has that name. */
function sourceOf(ref: RefArgs, lookup: Lookup): string | undefined {
  if (ref.package !== null) return lookup.sourceNames.find((one) => one === `${ref.package}.${ref.name}`);
  return lookup.sourceNames.find((one) => one.slice(one.indexOf('.') + 1) === ref.name);
}

/** What to do about a source that is not declared: the name that was meant, in its first part or in its second, or the model that it is. */
export function missingSourceHint(names: readonly [source: string, table: string], lookup: Lookup): string {
  const [source, table] = names;
  const near = didYouMeanHint(names.join('.'), lookup.sourceNames);
  if (near !== undefined) return near;
  const tables = lookup.sourceNames
    .filter((one) => one.startsWith(`${source}.`))
    .map((one) => one.slice(source.length + 1));
  if (tables.length > 0) {
    const meant = didYouMean(table, tables);
    if (meant !== undefined) return `Did you mean "${source}.${meant}"?`;
    return `The source "${source}" has the tables ${tables.slice(0, 8).join(', ')}${tables.length > 8 ? ', …' : ''}: correct the name, or add ${table} to them.`;
  }
  const elsewhere = lookup.sourceNames.find((one) => one.slice(one.indexOf('.') + 1) === table);
  if (elsewhere !== undefined) return `Did you mean "${elsewhere}"?`;
  if (lookup.refNames.includes(table)) return `A node of this project is named by ref: {{ ref('${table}') }}.`;
  return `Declare it under sources: in a property file: name ${source}, table ${table}.`;
}
