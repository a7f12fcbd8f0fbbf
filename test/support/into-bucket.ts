import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { isUri } from '@eider/core';
import { isMap, parseDocument, type YAMLMap } from 'yaml';

/** A server whose bucket `lake` is a folder of this machine, its objects files: what `EIDER_TEST_BUCKET` holds, as JSON. */
export interface TestBucket {
  /** `127.0.0.1:PORT`. */
  readonly endpoint: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** The bucket's. */
  readonly folder: string;
  /** Where DuckDB finds httpfs. */
  readonly extensions: string;
}

/** The bucket that tests are to keep their lakes in; undefined for folders. */
export function testBucket(): TestBucket | undefined {
  const given = process.env.EIDER_TEST_BUCKET;
  return given === undefined ? undefined : (JSON.parse(given) as TestBucket);
}

/** The names in a folder of a lake; none where there is no such folder: a bucket has none that are empty. */
export function namesIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** The URI by which others find what lies in the tests' bucket though a link leads to it; any other place as it is. */
export function placeForOthers(place: string): string {
  const bucket = testBucket();
  if (bucket === undefined || isUri(place)) return place;
  const inBucket = relative(realpathSync(bucket.folder), realpathSync(place));
  return inBucket.startsWith('..') ? place : `s3://lake/${inBucket}`;
}

/**
 * With `EIDER_TEST_BUCKET` has the project of a command keep its data in a bucket: rewrites `external_root` of its profile's targets, and puts a link to the
 * bucket's folder where they kept their data before, so that tests find the files there. Does nothing without it, and for a profile that it knows.
 */
export function intoBucket(parameters: readonly string[], cwd: string = process.cwd()): void {
  const bucket = testBucket();
  if (bucket === undefined) return;
  const folderOf = (flag: string): string | undefined => {
    const at = parameters.indexOf(flag);
    return at === -1 ? undefined : resolve(cwd, parameters[at + 1] ?? '.');
  };
  const project = folderOf('--project-dir') ?? cwd;
  const profiles = join(folderOf('--profiles-dir') ?? project, 'profiles.yml');
  if (existsSync(profiles)) rewrite(profiles, project, bucket);
}

function rewrite(profiles: string, project: string, bucket: TestBucket): void {
  const document = parseDocument(readFileSync(profiles, 'utf8'));
  if (document.errors.length > 0 || !isMap(document.contents)) return;
  let isChanged = false;
  for (const { value: profile } of document.contents.items) {
    const outputs = isMap(profile) ? profile.get('outputs') : undefined;
    for (const { value: target } of isMap(outputs) ? outputs.items : [])
      if (isMap(target) && moveTarget(target, project, bucket)) isChanged = true;
  }
  if (isChanged) writeFileSync(profiles, document.toString());
}

/** False for a target that is no file of DuckDB's, that lies in a bucket or whose place a template tells. */
function moveTarget(target: YAMLMap, project: string, bucket: TestBucket): boolean {
  const root = target.get('external_root') ?? '.';
  if (target.get('type') !== 'duckdb' || typeof root !== 'string' || /:\/\/|\{\{/.test(root) || isAbsolute(root))
    return false;
  const { endpoint, extensions, folder, keys } = bucket;
  const place = join(project, root);
  const name = placeInBucket(place, folder, root);
  const secret = {
    ...{ type: 's3', key_id: keys.accessKeyId, secret: keys.secretAccessKey, endpoint },
    ...{ url_style: 'path', use_ssl: false, region: 'us-east-1' },
  };
  target.set('external_root', `s3://lake/${name}`);
  target.set('extensions', [...plain(target.get('extensions')), 'httpfs']);
  target.set('secrets', [...plain(target.get('secrets')), secret]);
  target.set('config_options', { extension_directory: extensions });
  return true;
}

const plain = (value: unknown): readonly unknown[] =>
  ((value as { toJSON?: () => unknown } | undefined)?.toJSON?.() as readonly unknown[]) ?? [];

/** The folder's name in the bucket, which a link at its old place points to. What lay there comes along. */
function placeInBucket(place: string, folder: string, root: string): string {
  const name = createHash('sha256').update(place).digest('hex').slice(0, 12);
  const there = join(folder, name);
  const before = lstatSync(place, { throwIfNoEntry: false });
  if (root !== '.' && before?.isDirectory()) renameSync(place, there);
  mkdirSync(there, { recursive: true });
  if (root === '.' || before?.isSymbolicLink()) return name;
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(there, place);
  return name;
}
