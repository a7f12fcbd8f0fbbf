import { describe, expect, it } from 'vitest';
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
  it('refuses s3 by name', () => {
    expect(() => openStore('s3://bucket/lake')).toThrow(
      expect.objectContaining({ code: 'store/unsupported', message: expect.stringContaining('s3://bucket/lake') }),
    );
  });
});
