import { describe, expect, it } from 'vitest';
import { azureAccess } from './azure/access.ts';
import { gcsAccess } from './gcs/access.ts';
import { queryText } from './remote/url.ts';
import { environmentAccess, s3Url } from './s3/access.ts';
import { type BucketUri, openStore, parseUri } from './uri.ts';

describe('parseUri', () => {
  it.each([
    ['/lake/a b', undefined, { scheme: 'file', path: '/lake/a b' }],
    ['/lake/', undefined, { scheme: 'file', path: '/lake' }],
    ['data/x', '/home/me', { scheme: 'file', path: '/home/me/data/x' }],
    ['file:///lake/a%20b', undefined, { scheme: 'file', path: '/lake/a b' }],
    ['file:///lake/x/', undefined, { scheme: 'file', path: '/lake/x' }],
    ['s3://bucket/a/b', undefined, { scheme: 's3', bucket: 'bucket', key: 'a/b', root: 's3://bucket' }],
    ['S3://bucket', undefined, { scheme: 's3', bucket: 'bucket', key: '', root: 's3://bucket' }],
    ['gs://lake/a', undefined, { scheme: 'gcs', bucket: 'lake', key: 'a', root: 'gs://lake' }],
    ['gcs://lake', undefined, { scheme: 'gcs', bucket: 'lake', key: '', root: 'gcs://lake' }],
    ['az://lake/a/b', undefined, { scheme: 'azure', bucket: 'lake', key: 'a/b', root: 'az://lake' }],
    ['azure://lake', undefined, { scheme: 'azure', bucket: 'lake', key: '', root: 'azure://lake' }],
    [
      'az://me.blob.core.windows.net/lake/a/b',
      undefined,
      { scheme: 'azure', bucket: 'lake', key: 'a/b', root: 'az://me.blob.core.windows.net/lake', account: 'me' },
    ],
    [
      'abfss://lake@me.dfs.core.windows.net/a',
      undefined,
      { scheme: 'azure', bucket: 'lake', key: 'a', root: 'abfss://me.dfs.core.windows.net/lake', account: 'me' },
    ],
  ])('reads %s', (text, base, expected) => {
    expect(parseUri(text, base)).toEqual(expected);
  });

  it.each([
    ['data/x', /relative path/],
    ['', /is empty/],
    ['ftp://bucket/x', /ftp:\/\//],
    ['gs:///x', /names no bucket/],
    ['az:///x', /names no container/],
    ['abfss://me.dfs.core.windows.net', /names no container/],
    ['abfss://lake@me/x', /names no container/],
    ['file://server/share', /no path of this machine/],
    ['s3:///x', /names no bucket/],
  ])('refuses %j', (text, message) => {
    expect(() => parseUri(text)).toThrow(message);
  });
});

describe('openStore', () => {
  it('opens a bucket as the environment says, or as told', async () => {
    const asked: string[] = [];
    const access = environmentAccess({ AWS_ENDPOINT_URL: 'http://minio:9000', AWS_REGION: 'eu-west-1' });
    const s3 = (bucket: string, key: string) => {
      asked.push(bucket, key);
      return access;
    };
    expect((await openStore('s3://bucket/lake/', { s3 })).root).toBe('s3://bucket/lake');
    expect((await openStore('s3://bucket')).root).toBe('s3://bucket');
    expect(asked).toEqual(['bucket', 'lake/']);
  });
  it('opens containers of Azure and buckets of Google as told', async () => {
    const asked: string[] = [];
    const azure = ({ account = '', bucket }: BucketUri) => {
      asked.push(account, bucket);
      return azureAccess({ account: 'me', accountKey: 'a2V5' });
    };
    const uri = 'abfss://lake@me.dfs.core.windows.net/x/';
    expect((await openStore(uri, { azure })).root).toBe('abfss://me.dfs.core.windows.net/lake/x');
    expect((await openStore('gs://lake/x', { gcs: () => gcsAccess({ token: 't' }) })).root).toBe('gs://lake/x');
    expect(asked).toEqual(['me', 'lake']);
  });
});

describe('s3Url', () => {
  it.each([
    ['the bucket in the host', {}, 'https://b.s3.eu-west-1.amazonaws.com/a/x%20%2B%27'],
    ['the bucket in the path', { AWS_ENDPOINT_URL: 'http://minio:9000' }, 'http://minio:9000/b/a/x%20%2B%27'],
  ])('puts %s', (_, env, url) => {
    expect(s3Url(environmentAccess({ AWS_REGION: 'eu-west-1', ...env }), 'b', "a/x +'")).toBe(url);
  });
  it('refuses an endpoint that is no address', () => {
    const access = environmentAccess({ AWS_ENDPOINT_URL: 'http://nas:90:00' });
    expect(() => s3Url(access, 'b', 'k')).toThrow(expect.objectContaining({ code: 'store/invalid-uri' }));
  });
  it.each(['http://10.0.0.5:9000', 'https://[::1]:9000'])(
    'names the setting where no bucket can stand before %s',
    (endpoint) => {
      const access = { ...environmentAccess({}), endpoint, pathStyle: false };
      const hint = expect.stringContaining('url_style: path');
      expect(() => s3Url(access, 'b', 'k')).toThrow(expect.objectContaining({ code: 'store/invalid-uri', hint }));
      expect(s3Url({ ...access, endpoint: 'http://minio:9000' }, 'b', 'k')).toBe('http://b.minio:9000/k');
    },
  );
  it.each([
    [{}, 'https://b.s3.us-east-1.amazonaws.com/?x=a%20b'],
    [{ AWS_ENDPOINT_URL_S3: 'https://host/base/' }, 'https://host/base/b?x=a%20b'],
  ])('of the bucket itself: %j', (env, url) => {
    expect(s3Url(environmentAccess(env), 'b', '') + queryText({ x: 'a b' })).toBe(url);
  });
});
