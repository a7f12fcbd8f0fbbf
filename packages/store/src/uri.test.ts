import { describe, expect, it } from 'vitest';
import { queryText } from './remote/url.ts';
import { environmentAccess, s3Url } from './s3/access.ts';
import { openStore, parseUri } from './uri.ts';

describe('parseUri', () => {
  it.each([
    ['/lake/a b', undefined, { scheme: 'file', path: '/lake/a b' }],
    ['/lake/', undefined, { scheme: 'file', path: '/lake' }],
    ['data/x', '/home/me', { scheme: 'file', path: '/home/me/data/x' }],
    ['file:///lake/a%20b', undefined, { scheme: 'file', path: '/lake/a b' }],
    ['file:///lake/x/', undefined, { scheme: 'file', path: '/lake/x' }],
    ['s3://bucket/a/b', undefined, { scheme: 's3', bucket: 'bucket', key: 'a/b' }],
    ['S3://bucket', undefined, { scheme: 's3', bucket: 'bucket', key: '' }],
  ])('reads %s', (text, base, expected) => {
    expect(parseUri(text, base)).toEqual(expected);
  });

  it.each([
    ['data/x', /relative path/],
    ['', /is empty/],
    ['gs://bucket/x', /gs:\/\//],
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
  it.each([
    [{}, 'https://b.s3.us-east-1.amazonaws.com/?x=a%20b'],
    [{ AWS_ENDPOINT_URL_S3: 'https://host/base/' }, 'https://host/base/b?x=a%20b'],
  ])('of the bucket itself: %j', (env, url) => {
    expect(s3Url(environmentAccess(env), 'b', '') + queryText({ x: 'a b' })).toBe(url);
  });
});
