import type { Target } from '@eider/core';
import { loadExtensions } from './extensions.ts';
import { makeSecret } from './make-secrets.ts';
import { applyPatience } from './patience.ts';
import { quoteText } from './quote.ts';
import type { Connection } from './session.ts';
import { applyTrust } from './trust.ts';

/** What reads from buckets; one of the first two has to be there. */
const extensions = ['httpfs', 'azure', 'aws'];
const secretTypes = new Set(['s3', 'gcs', 'r2', 'azure']);

/** Lets a bare DuckDB read files in buckets as the profile's sessions do: httpfs or azure, trust, the secrets and settings of buckets. Throws EiderError `engine/extension`. */
export async function bindBuckets(connection: Connection, target: Target, folder: string): Promise<void> {
  const wanted = target.extensions.filter(({ name }) => extensions.includes(name));
  const all = wanted.some(({ name }) => name !== 'aws') ? wanted : [...wanted, { name: 'httpfs' }];
  await loadExtensions(connection, { ...target, extensions: all });
  await applyTrust(connection, target, folder);
  await applyPatience(connection, target);
  for (const [index, { persistent, type }] of target.secrets.entries())
    if (persistent !== true && secretTypes.has(String(type))) await makeSecret(connection, target, index, folder);
  for (const [key, value] of Object.entries(target.settings).filter(([name]) => /^(s3|azure)_/.test(name)))
    await connection.query(`SET GLOBAL ${key} = ${quoteText(String(value))}`);
}
