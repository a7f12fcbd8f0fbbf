import type { Target } from '@eider/core';
import { quoteText } from './quote.ts';

type Secret = Target['secrets'][number];

/**
 * The CREATE SECRET statement of a profile's secret, with dbt-duckdb's meaning: `type`, `provider` and `extra_http_headers` are not quoted, mappings become
 * MAP, lists become arrays, `scope` may be a list, `persistent` and `name` shape the statement. An unnamed one gets `_dbt_secret_<index + 1>`.
 */
export function secretStatement(secret: Secret, index: number): string {
  const { name = '', persistent, ...parameters } = secret;
  const lines = Object.entries(parameters)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([key, value]) => parameter(key, value));
  const kind = persistent === true ? 'PERSISTENT SECRET' : 'SECRET';
  return `CREATE OR REPLACE ${kind} ${name === '' ? `_dbt_secret_${index + 1}` : String(name)} (${lines.join(', ')})`;
}

const bare = new Set(['type', 'provider', 'extra_http_headers']);

function parameter(key: string, value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map((item) => quoteText(String(item)));
    return key === 'scope' ? `${key} [${items.join(', ')}]` : `${key} ARRAY [${items.join(', ')}]`;
  }
  if (typeof value === 'object') {
    const items = Object.entries(value as object).map(([k, v]) => `${quoteText(k)}: ${quoteText(String(v))}`);
    return `${key} MAP {${items.join(', ')}}`;
  }
  return bare.has(key) ? `${key} ${String(value)}` : `${key} ${quoteText(String(value))}`;
}
