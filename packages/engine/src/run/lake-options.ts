import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { type Compiler, isExternal, type ManifestNode, type Target, userCacheFolder } from '@eider/core';
import type { LakeOptions, RemoteOptions } from '../lake/lake.ts';
import { stateLocation } from '../lake/state-location.ts';
import { isInternal } from '../materialize/registry.ts';
import { freeBytes } from '../objects/free-bytes.ts';
import type { CacheOptions } from '../objects/object-cache.ts';
import { bindBuckets } from '../session/bind-buckets.ts';
import { bucketAccessOf } from '../session/bucket-access.ts';
import { extensionSettings } from '../session/extensions.ts';
import type { FileRelation } from '../session/other-relations.ts';
import { isRemote } from '../session/place.ts';
import { hasLastingHooks } from './lasting-hooks.ts';

/** dbt-duckdb's `external_root` where the profile sets none: no place that anybody chose for a lake. */
const defaultRoot = '.';

/** Where a project's lake lies and what it keeps, by its profile and its external models. Commands that only read use it too. */
export function lakeOptions(
  compiler: Pick<Compiler, 'manifest' | 'project'>,
  more: {
    readonly eiderVersion: string;
    readonly takeOver?: boolean;
    readonly now?: () => Date;
    readonly randomId?: () => string;
  },
): LakeOptions {
  const { project } = compiler;
  const { target } = project;
  const external = relations(compiler).filter(isExternal);
  const { publish } = target;
  const within = (path: string): string => (isAbsolute(path) || isRemote(path) ? path : resolve(project.root, path));
  return {
    state: stateLocation({
      externalRoots: target.externalRoot === defaultRoot ? ownRoots(external) : [target.externalRoot],
      projectRoot: project.root,
      profileState: target.state,
      project: project.name,
      target: target.targetName,
      schema: target.schema,
    }),
    project: project.name,
    publishPath: within(publish.path ?? join('catalog', `${target.targetName}.duckdb`)),
    ...(publish.otherPaths !== undefined && { otherPaths: publish.otherPaths.map(within) }),
    livePath: publish.live === undefined ? null : within(publish.live),
    internal: publish.internal ?? (external.length > 0 ? 'files' : 'copy'),
    keep: publish.keep,
    ...(publish.adoptWithin !== undefined && { adoptWithin: publish.adoptWithin }),
    now: more.now ?? (() => new Date()),
    randomId: more.randomId ?? (() => randomBytes(4).toString('hex')),
    eiderVersion: more.eiderVersion,
    by: { user: userName(), host: hostname() },
    remote: remoteOptions(target, project.root),
    ...(more.takeOver === undefined ? {} : { takeOver: more.takeOver }),
  };
}

/** Buckets as the profile says; DuckDB gets its extension and secrets only where a view over files in a bucket is bound. */
function remoteOptions(target: Target, folder: string): RemoteOptions {
  return {
    buckets: bucketAccessOf(target, process.env, folder),
    config: extensionSettings(target),
    prepare: (connection) => bindBuckets(connection, target, folder),
    ...(target.objectCache !== false && { cache: () => cacheOptions(target, folder) }),
  };
}

/** Ten gigabytes, or a tenth of what is free where that is less. */
async function cacheOptions({ objectCache }: Target, folder: string): Promise<CacheOptions> {
  const { maxSize, path } = objectCache === false ? {} : { ...objectCache };
  const place =
    path === undefined ? join(userCacheFolder(process.env, process.platform), 'objects') : resolve(folder, path);
  return { path: place, maxSize: maxSize ?? Math.min(10e9, (await freeBytes(place)) / 10) };
}

/** Empty where the system knows no name for this user (a container with an id alone). */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

/** The `+external_root` of external models that have one: as many different ones as there are. */
function ownRoots(external: readonly ManifestNode[]): readonly string[] {
  return [
    ...new Set(
      external.map((node) => node.config.external_root).filter((root): root is string => typeof root === 'string'),
    ),
  ];
}

function relations({ manifest }: Pick<Compiler, 'manifest'>): readonly ManifestNode[] {
  return Object.values(manifest.nodes).filter(
    ({ resource_type: type }) => type === 'model' || type === 'seed' || type === 'snapshot',
  );
}

/** Whether a relation or function in a project's working database is one of the project's own. */
export function isOwnRelation({ manifest }: Pick<Compiler, 'manifest'>): (relation: FileRelation) => boolean {
  const key = (schema: string, identifier: string): string => `${schema}\n${identifier}`.toLowerCase();
  const own = new Set(
    [...relations({ manifest }), ...functionsIn(manifest)].map(({ alias, schema }) => key(schema, alias)),
  );
  return ({ identifier, schema }) => own.has(key(schema, identifier));
}

/**
 * Whether a project keeps relations or functions in its working database, so that it needs the file. `storeFailures` counts: the rows of failed tests are a table there. So do
 * hooks that may write.
 */
export function needsWorkingDatabase(
  compiler: Pick<Compiler, 'manifest' | 'project'>,
  storeFailures: boolean,
): boolean {
  const stores = Object.values(compiler.manifest.nodes).some(
    ({ config, resource_type: type }) =>
      type === 'test' &&
      (storeFailures || config.store_failures === true || ['table', 'view'].includes(String(config.store_failures_as))),
  );
  const keeps = relations(compiler).some(isInternal) || functionsIn(compiler.manifest).length > 0;
  return stores || keeps || hasLastingHooks(compiler);
}

function functionsIn({ nodes }: Compiler['manifest']): readonly ManifestNode[] {
  return Object.values(nodes).filter(({ resource_type: type }) => type === 'function');
}
