import { expect, test } from 'vitest';
import { withoutColors } from './colors.ts';
import { LiveProgress, progressLine } from './live-progress.ts';

const node = {
  id: 'model.shop.a',
  name: 'orders',
  resourceType: 'model',
  materialized: 'table',
  language: 'sql',
  display: 'main.orders',
};

function line(names: readonly string[], columns: number): string {
  const running = names.map((name) => ({ node: { ...node, name }, since: 1000 }));
  return withoutColors(progressLine(running, 6, 12, 2250, columns));
}

test('the line shows how many are done and what runs for how long', () => {
  expect(line(['orders'], 80)).toBe(`${'━'.repeat(20)} 6/12  orders 1.3s`);
});

test.each([40, 50, 60, 80])('in %i columns the line stays inside and counts what it leaves out', (columns) => {
  const text = line(['orders', 'customers', 'payments', 'shipments'], columns);
  expect(text.length).toBeLessThan(columns);
  if (columns < 80) expect(text).toMatch(/\+\d$/);
});

test('other lines are written above, and nothing is left behind', () => {
  let screen = '';
  const progress = new LiveProgress({ columns: 80, write: (text) => (screen += text) }, () => 0);
  progress.handle({ kind: 'run-started', build: null, state: '', threads: 1, target: 'dev', counts: {}, total: 1 });
  progress.handle({ kind: 'node-started', node, index: 1, total: 1, thread: 'Thread-1' });
  progress.write('a line\n');
  progress.stop();
  progress.write('the end\n');
  expect(screen).toContain('a line\n');
  expect(screen.endsWith('\r\u001b[2Kthe end\n')).toBe(true);
});
