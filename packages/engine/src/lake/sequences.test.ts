import { test } from 'vitest';
import { lakeFixture } from '../../../../test/support/lake-fixture.ts';
import { runSequences } from '../../../../test/support/sequences/random-sequences.ts';
import { stopHeartbeats } from '../../../../test/support/stop-heartbeats.ts';

// Invariant: whatever several hosts do to one state, in whatever order, killed wherever, readers see what the ledger says: the states that a model of a
// few lines keeps. Sequences are random; a failing one is shrunk, and its seed is in the message. EIDER_SEQUENCES: how many (25 where absent).

stopHeartbeats();

test('readers see what the ledger says, whatever several hosts do', { timeout: 24 * 3_600_000 }, async () => {
  await runSequences(Number(process.env.EIDER_SEQUENCES ?? 25), lakeFixture);
});
