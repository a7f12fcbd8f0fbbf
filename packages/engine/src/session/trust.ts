import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { EiderError, error, type Target } from '@eider/core';
import { usualCertificates } from '@eider/store';
import { placeOfEntry } from './profile-entry.ts';
import { quoteText } from './quote.ts';
import type { Connection } from './session.ts';

/** The private authority of a profile: `ca_cert_file` of the target, or dbt-duckdb's place for it, under `settings:`. */
export interface Trust {
  /** What the file holds. */
  readonly pem: string;
  /** A file with these certificates and all usual ones: DuckDB trusts one file alone. It goes with this process. */
  readonly bundle: string;
}

const setting = 'ca_cert_file';

/** How people find the setting, for hints. */
export const trustSetting = '`ca_cert_file` of the target in profiles.yml';

const known = new Map<string, Trust>();

/** Reads the private authority of a target; a relative path lies in `folder`. Undefined where it has none. Throws EiderError `engine/profile`. */
export function readTrust(target: Target, folder: string): Trust | undefined {
  if (target.caCertFile === undefined) return undefined;
  const path = resolve(folder, target.caCertFile);
  const pem = readPem(path, target);
  const found = known.get(pem) ?? { pem, bundle: writeBundle(pem) };
  known.set(pem, found);
  return found;
}

/** A way to a bucket that trusts the private authority of a target. */
export function trusting<T extends { readonly ca?: string; readonly caSetting?: string }>(
  access: T,
  target: Target,
  folder: string,
): T {
  const ca = readTrust(target, folder)?.pem;
  return { ...access, caSetting: trustSetting, ...(ca !== undefined && { ca }) };
}

function readPem(path: string, target: Target): string {
  const entry = target.settings[setting] === undefined ? [setting] : ['settings', setting];
  const refuse = (message: string): EiderError =>
    new EiderError([
      error('engine/profile', message, {
        ...placeOfEntry(target, entry),
        hint: 'Name the PEM file of the authority that signed the certificate of the server: `-----BEGIN CERTIFICATE-----` and so on.',
      }),
    ]);
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (cause) {
    throw refuse(`The file of certificates ${path} cannot be read: ${(cause as NodeJS.ErrnoException).code}.`);
  }
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw refuse(`There is no certificate in ${path}.`);
  return pem;
}

function writeBundle(pem: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'eider-trust-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'certificates.pem');
  writeFileSync(path, [...usualCertificates(), pem].join('\n'), { mode: 0o400 });
  return path;
}

/**
 * Lets a DuckDB trust the authority: for the whole instance, because ATTACH sees nothing else, and by the environment, which is all that the delta
 * extension sees. A machine without httpfs asks no server anything.
 */
export async function applyTrust(connection: Connection, target: Target, folder: string): Promise<void> {
  const trust = readTrust(target, folder);
  if (trust === undefined) return;
  process.env.SSL_CERT_FILE ??= trust.bundle;
  await connection.query('LOAD httpfs').then(
    () => connection.query(`SET GLOBAL ${setting} = ${quoteText(trust.bundle)}`),
    () => undefined,
  );
}

/** Whether a setting of a profile is made by `applyTrust`. */
export function isTrust(key: string): boolean {
  return key.toLowerCase() === setting;
}
