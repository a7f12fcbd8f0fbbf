import { expect, test } from 'vitest';
import { isExternal } from './is-external.ts';

test.each([
  [{ materialized: 'external' }, true],
  [{ materialized: 'table', format: 'parquet' }, false],
  [{ materialized: 'incremental' }, false],
  [{ materialized: 'incremental', format: null, location: '' }, false],
  [{ materialized: 'incremental', format: 'parquet' }, true],
  [{ materialized: 'incremental', format: 'Delta' }, true],
  [{ materialized: 'incremental', format: 'csv' }, false],
  [{ materialized: 'incremental', format: 'json', location: 'lake/x' }, false],
  [{ materialized: 'incremental', location: 'lake/{{ this.name }}' }, true],
  [{ materialized: 'incremental', location: 'lake/x.csv.gz' }, false],
])('%o: %s', (config, external) => {
  expect(isExternal({ config } as never)).toBe(external);
});
