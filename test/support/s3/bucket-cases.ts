import assert from 'node:assert/strict';
import { StoreError } from '../../../packages/store/src/errors.ts';
import type { S3Access } from '../../../packages/store/src/s3/access.ts';
import { createS3Store } from '../../../packages/store/src/s3/bucket.ts';

// What every server of buckets does for a store beyond the contract of all stores: parts, and refusals that are told apart. `access` reaches a bucket `lake`.

const part = 5 * 1024 ** 2;
const large = Uint8Array.from({ length: 2 * part + 12_345 }, (_, i) => i % 251);

async function refused(access: S3Access, hint: RegExp, stats = true): Promise<void> {
  const store = createS3Store('lake', 'refused', access);
  const { secretAccessKey } = (await access.credentials()) ?? {};
  for (const ask of [
    () => store.get('k'),
    ...(stats ? [() => store.stat('k')] : []),
    () => store.list(),
    () => store.put('k', large.subarray(0, 9)),
  ]) {
    const cause = await ask().then(
      () => undefined,
      (failure: unknown) => failure,
    );
    assert.ok(cause instanceof StoreError, `${String(cause)} of ${ask}`);
    assert.equal(cause.code, 'store/denied', `${cause.message} of ${ask}`);
    assert.match(cause.hint, hint, `${cause.message} of ${ask}`);
    assert.ok(!`${cause.message}${cause.hint}`.includes(secretAccessKey ?? 'no secret'));
  }
}

export const bucketCases: Readonly<Record<string, (access: S3Access) => Promise<void>>> = {
  'takes and copies large objects in parts': async (access) => {
    const store = createS3Store('lake', 'parts', { ...access, partSize: part, largestCopy: part });
    await store.put('large', large);
    assert.equal(Buffer.compare(await store.get('large'), large), 0);
    assert.equal((await store.stat('large'))?.bytes, large.length);
    await store.copy('large', 'copied');
    assert.equal(Buffer.compare(await store.get('copied'), large), 0);
    assert.equal(Buffer.compare(await store.getRange('large', part - 5, 10), large.subarray(part - 5, part + 5)), 0);
  },
  'may be the whole bucket': async (access) => {
    const store = createS3Store('lake', '', access);
    await store.put('top of all', large.subarray(0, 9));
    assert.ok((await store.names('')).includes('top of all'));
    assert.deepEqual(
      (await store.list({ prefix: 'top' })).objects.map(({ key }) => key),
      ['top of all'],
    );
    await store.delete('top of all');
  },
  'tells a wrong secret': async (access) => {
    const keys = await access.credentials();
    assert.ok(keys !== null);
    await refused({ ...access, credentials: () => ({ ...keys, secretAccessKey: 'quite-wrong' }) }, /secret/);
  },
  'tells a wrong key': async (access) => {
    const credentials = () => ({ accessKeyId: 'nobody-here', secretAccessKey: 'quite-wrong' });
    // The answer to HEAD has no body, and versitygw's status for it is 404.
    await refused({ ...access, credentials }, /key_id/, false);
  },
  'tells that keys are missing': async (access) => {
    await refused({ ...access, credentials: () => null }, /right/);
  },
  'tells a wrong region': async (access) => {
    await refused({ ...access, region: 'eu-west-9' }, /region/);
  },
};
