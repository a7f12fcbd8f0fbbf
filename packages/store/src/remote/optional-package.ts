import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A package that may be installed or not: looked for beside eider, then in the folder that it was started in; undefined where it is in neither. */
export async function optionalPackage<T>(name: string): Promise<T | undefined> {
  for (const from of [import.meta.url, join(process.cwd(), 'package.json')]) {
    const path = resolved(from, name);
    if (path !== undefined) return (await import(pathToFileURL(path).href)) as T;
  }
  return undefined;
}

function resolved(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
