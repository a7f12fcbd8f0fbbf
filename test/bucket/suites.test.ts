import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { elsewhere, suites } from './suites.ts';

test('every end-to-end suite is run in a bucket too, or has a reason not to be', () => {
  const all = readdirSync(join(import.meta.dirname, '..', 'e2e')).filter((name) => name.endsWith('.test.ts'));
  const told = [...suites.filter((name) => name.startsWith('e2e/')), ...Object.keys(elsewhere)].sort();
  expect(told).toEqual(all.map((name) => `e2e/${name.slice(0, -'.test.ts'.length)}`).sort());
});
