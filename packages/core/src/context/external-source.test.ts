import { expect, test } from 'vitest';
import { EiderError } from '../diagnostics.ts';
import type { SourceNode } from '../manifest/nodes.ts';
import { externalText } from './external-source.ts';

function source(meta: Readonly<Record<string, unknown>>, config: Readonly<Record<string, unknown>> = {}): SourceNode {
  const known = { name: 'events', source_name: 'land', identifier: 'ev', schema: 'raw', database: 'db', tags: ['t'] };
  return { ...known, meta, config: { enabled: true, ...config } } as unknown as SourceNode;
}

test.each([
  [{}, null],
  [{ external_location: '/l/{name}/{identifier}.parquet' }, "'/l/events/ev.parquet'"],
  [{ external_location: "delta_scan('s3://b/{schema}')" }, "delta_scan('s3://b/raw')"],
  [{ external_location: "'/quoted.csv'" }, "'/quoted.csv'"],
  [{ external_location: '/l/{root}/x', root: 'r' }, "'/l/r/x'"],
  [{ external_location: '/l/%(name)s.csv', formatter: 'oldstyle' }, "'/l/events.csv'"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of Python's string.Template
  [{ external_location: '/l/$name/${identifier}$$', formatter: 'template' }, "'/l/events/ev$'"],
  [{ external_location: '/l', plugin: 'excel' }, null],
  [{ format: 'delta', location: 's3://b/{name}' }, "delta_scan('s3://b/events')"],
  [{ format: 'delta', location: '/l', version: 3 }, "delta_scan('/l', version => 3)"],
  [{ format: 'delta', location: '/l', as_of: '2026-01-01' }, "delta_scan('/l', as_of => '2026-01-01')"],
  [{ format: 'delta', location: "/it's", change_feed: { starting_version: 3 } }, "table_changes('/it''s', 3)"],
  [
    { format: 'delta', location: '/{name}', change_feed: { starting_version: '0', ending_version: 7 } },
    "table_changes('/events', 0, 7)",
  ],
  [{ format: 'delta', location: '/l', change_feed: false }, "delta_scan('/l')"],
  [{ format: 'csv', location: '/l' }, null],
])('meta %o is referred to as %s', (meta, text) => {
  expect(externalText(source(meta))).toBe(text);
});

test('a config key counts more than meta', () => {
  expect(externalText(source({ external_location: '/a' }, { external_location: '/b' }))).toBe("'/b'");
});

test.each<Record<string, unknown>>([
  { format: 'delta', location: '/l', change_feed: true },
  { format: 'delta', location: '/l', change_feed: { starting_version: 'then' } },
  { external_location: '/l/{nope}' },
  { external_location: '/l/$nope', formatter: 'template' },
  { external_location: '/l', formatter: 'newest' },
])('%o is refused', (meta) => {
  expect(() => externalText(source(meta))).toThrow(EiderError);
});
