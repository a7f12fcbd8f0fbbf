import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the shared files of Amazon's tools say of one profile: `aws_access_key_id`, `region`, `sso_session`, …. */
export type AwsProfile = Readonly<Record<string, string>>;

/** The profile that is meant where none is named. */
export function awsProfileName(env: Environment): string {
  return env.AWS_PROFILE || env.AWS_DEFAULT_PROFILE || 'default';
}

/**
 * Reads a profile from `~/.aws/config` and `~/.aws/credentials`, or from the files that AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name; what the second
 * says counts more. Undefined where neither knows it.
 */
export function readAwsProfile(env: Environment, name: string): AwsProfile | undefined {
  const folder = join(env.HOME || homedir(), '.aws');
  const config = sectionsOf(env.AWS_CONFIG_FILE || join(folder, 'config'));
  const keys = sectionsOf(env.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials'));
  const found = [config.get(`profile ${name}`), name === 'default' ? config.get(name) : undefined, keys.get(name)];
  if (found.every((section) => section === undefined)) return undefined;
  return Object.assign({}, ...found) as AwsProfile;
}

/** A file of `[sections]` with lines `name = value`; indented lines below an empty value are settings of one service, which nobody asks here. */
function sectionsOf(path: string): ReadonlyMap<string, Record<string, string>> {
  const sections = new Map<string, Record<string, string>>();
  let section: Record<string, string> = {};
  for (const line of textOf(path).split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue;
    const title = /^\s*\[([^\]]+)\]/.exec(line)?.[1]?.trim().replace(/\s+/g, ' ');
    const [, name, value] = /^([^\s=][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (title !== undefined) {
      section = sections.get(title) ?? {};
      sections.set(title, section);
    } else if (name !== undefined && value !== undefined) section[name.toLowerCase()] = value.replace(/\s+[#;].*$/, '');
  }
  return sections;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Most machines have none.
    return '';
  }
}
