import { EiderError, error, type HubPackage, type HubVersion } from '@eider/core';
import type { HttpClient } from './http-client.ts';

/** dbt's hub. */
export const publicHub = 'https://hub.getdbt.com/';

/** The address of the hub: dbt's variable, under both of its names. As in dbt, `api/v1/…` is put right behind it. */
export function hubAddress(env: Readonly<Record<string, string | undefined>>): string {
  return env.DBT_ENGINE_PACKAGE_HUB_URL || env.DBT_PACKAGE_HUB_URL || publicHub;
}

/** What the hub's API (version 1) tells of packages. */
export interface HubClient {
  /** Null where there is none of that name. */
  package(name: string): Promise<HubPackage | null>;
  /** Empty where the hub does not say. */
  names(): Promise<readonly string[]>;
}

/** Asks a hub, once for each package. Throws EiderError where it cannot be reached or says what nobody understands. */
export function createHubClient(hub: string, http: HttpClient): HubClient {
  const known = new Map<string, Promise<HubPackage | null>>();
  const ask = async (name: string): Promise<HubPackage | null> => {
    const body = await http.json(`${hub}api/v1/${name.split('/').map(encodeURIComponent).join('/')}.json`);
    return body === null ? null : readPackage(name, body);
  };
  return {
    package(name) {
      const asked = known.get(name) ?? ask(name);
      known.set(name, asked);
      return asked;
    },
    async names() {
      const body = await http.json(`${hub}api/v1/index.json`).catch(() => null);
      return Array.isArray(body) ? body.filter((name) => typeof name === 'string') : [];
    },
  };
}

function readPackage(name: string, body: unknown): HubPackage {
  if (!isRecord(body) || !isRecord(body.versions)) throw notUnderstood(name);
  const versions = Object.entries(body.versions).map(
    ([version, facts]) => [version, readVersion(name, facts)] as const,
  );
  const [owner, own] = [body.redirectnamespace || body.namespace, body.redirectname || body.name];
  const moved = Boolean(body.redirectnamespace) || Boolean(body.redirectname);
  return { versions: new Map(versions), movedTo: moved ? `${owner}/${own}` : null };
}

function readVersion(name: string, facts: unknown): HubVersion {
  if (!isRecord(facts) || typeof facts.name !== 'string' || !isRecord(facts.downloads)) throw notUnderstood(name);
  const { tarball } = facts.downloads;
  if (typeof tarball !== 'string') throw notUnderstood(name);
  const required = facts.require_dbt_version ?? [];
  const requireDbtVersion = (Array.isArray(required) ? required : [required]).filter((one) => typeof one === 'string');
  return { name: facts.name, tarball, packages: facts.packages ?? [], requireDbtVersion };
}

function notUnderstood(name: string): EiderError {
  const message = `What the hub says of ${name} cannot be understood.`;
  const hint = 'Try again later; DBT_PACKAGE_HUB_URL names another hub.';
  return new EiderError([error('package/unreachable', message, { hint })]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
