import { version } from '@duckdb/node-api';

const shapes: readonly RegExp[] = [
  /required extension '(\w+)'/,
  /is not in the catalog, but it exists in the (\w+) extension/,
  /^(?:INSTALL|LOAD) (\w+);?$/m,
  /^Extension "(\w+)" is an existing extension/m,
  /Extension "[^"\n]*\b(\w+)\.duckdb_extension" not found/,
];

/** The extension that DuckDB's message asks for; undefined where the message is about something else. */
export function missingExtension(message: string): string | undefined {
  for (const shape of shapes) {
    const name = shape.exec(message)?.[1];
    if (name !== undefined) return name.replace(scanner, '');
  }
  return undefined;
}

/** What to do about an extension that is not there, with a way to extensions.duckdb.org and without. */
export function extensionHint(name: string): string {
  return `Add \`${name}\` to \`extensions:\` of the target in profiles.yml, which installs it. ${withoutNetwork(name)}`;
}

/** Where the file of an extension goes on a machine that cannot download it. */
export function withoutNetwork(name: string): string {
  return `Where this machine has no way to extensions.duckdb.org: run \`eider extensions install ${name}\` on one that has, bring ${extensionFile(name)} from its ~/.duckdb/extensions/${platformFolder()} here, and run \`eider extensions install ${name} --from FOLDER\`.`;
}

const scanner = /_scanner$/;

/** The name of an extension's file. Three are known by the name of the database that they read. */
export function extensionFile(name: string): string {
  const full = ['postgres', 'mysql', 'sqlite'].includes(name) ? `${name}_scanner` : name;
  return `${full}.duckdb_extension`;
}

/** The folder of extensions for this DuckDB and machine, as DuckDB names it: `v1.5.5/linux_amd64`. */
export function platformFolder(): string {
  return `${version()}/${platform()}`;
}

/** DuckDB's name for this machine. */
function platform(): string {
  const system = { darwin: 'osx', win32: 'windows' }[process.platform as string] ?? process.platform;
  return `${system}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
}
