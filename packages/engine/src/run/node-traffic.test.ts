import type { Traffic } from '@eider/store';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Connection } from '../session/session.ts';
import { countTraffic } from './node-traffic.ts';

beforeEach(() => vi.useFakeTimers({ now: 1000 }));
afterEach(() => vi.useRealTimers());

const asked = (bytesReceived: number): Traffic => ({ requests: 1, bytesSent: 0, bytesReceived, requestMs: 0 });
const connection = (): Connection => ({}) as Connection;

test("DuckDB's requests count for the node that ran when they were answered, however many nodes the log is asked for at once", async () => {
  const [one, other] = [connection(), connection()];
  const log = new Map<Connection, (Traffic & { at: number })[]>([
    [one, []],
    [other, []],
  ]);
  let looks = 0;
  const traffic = countTraffic(async (of) => {
    looks++;
    return log.get(of)?.splice(0) ?? [];
  });
  const node = (id: string, on: Connection, bytes: number, ms: number): Promise<void> =>
    traffic.node(id, on, async () => {
      vi.setSystemTime(Date.now() + ms);
      log.get(on)?.push({ at: Date.now(), ...asked(bytes) });
      vi.setSystemTime(Date.now() + ms);
    });
  await node('a', one, 1, 10);
  await node('b', one, 2, 10);
  await node('c', other, 4, 10);
  await node('d', one, 8, 10);
  await traffic.node('idle', one, async () => undefined);
  expect(looks).toBe(0);
  await traffic.settled();
  expect(looks).toBe(2);
  for (const [id, bytesReceived] of Object.entries({ a: 1, b: 2, c: 4, d: 8 }))
    expect([id, traffic.of(id)]).toEqual([id, asked(bytesReceived)]);
  expect(traffic.of('idle')).toBeUndefined();
  // What takes its time is counted at once, so that the log does not grow.
  await node('e', one, 16, 600);
  expect([looks, traffic.of('e')?.bytesReceived]).toEqual([3, 16]);
  await traffic.settled();
  expect([looks, traffic.of('d')?.bytesReceived, traffic.of('e')?.bytesReceived]).toEqual([3, 8, 16]);
});
