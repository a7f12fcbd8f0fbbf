import { error, type Target } from '@eider/core';
import type { BucketReport } from '@eider/engine';
import { expect, test } from 'vitest';
import { bucketChecks, scopesOf } from './bucket-checks.ts';

const finding = error('engine/store-failed', 'Could not write s3://lake/raw/x: AccessDenied');
const report = (ability: 'list' | 'write'): BucketReport => ({
  uri: 's3://lake/raw',
  works: ability === 'list' ? [] : ['list'],
  failure: { ability, finding },
  clockAheadMs: null,
});

test('keys that only read are enough for what is only read', () => {
  const [lake, source, closed] = bucketChecks([
    { name: 'external root', report: report('write') },
    { name: 'scope of raw', report: report('write'), isSource: true },
    { name: 'scope of raw', report: report('list'), isSource: true },
  ]);
  expect([lake?.status, source?.status, closed?.status]).toEqual(['failed', 'ok', 'failed']);
  expect(source?.facts).toContain(
    'These keys list what is there and do not write: Could not write s3://lake/raw/x: AccessDenied',
  );
});

test('the scopes of secrets are looked at, each once', () => {
  const secrets = [
    { type: 's3', name: 'raw', scope: ['s3://raw', 's3://lake/x'] },
    { type: 'S3', name: '_dbt_secret_2', scope: 's3://' },
    { type: 'gcs', name: 'google', scope: 'gcs://raw', key_id: 'of the interface of S3' },
    { type: 'gcs', name: 'native', scope: 'gs://raw', keyfile: 'key.json' },
    { type: 'azure', name: 'blobs', scope: 'az://raw' },
  ];
  expect(scopesOf({ secrets } as unknown as Target)).toEqual([
    { name: 'scope of raw', uri: 's3://raw', isSource: true },
    { name: 'scope of raw', uri: 's3://lake/x', isSource: true },
    { name: 'scope of native', uri: 'gs://raw', isSource: true },
    { name: 'scope of blobs', uri: 'az://raw', isSource: true },
  ]);
});
