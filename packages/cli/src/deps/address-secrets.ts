/** An address of a package: as it is used, and as it stands in packages.yml, with its templates. */
export interface PackageAddress {
  readonly url: string;
  readonly written: string;
}

/**
 * What is secret of `scheme://user:password@host`: what a template put there; where none did, the password, or what stands alone or with GitHub's word for no
 * password. A name beside a secret is none, and without it the lock file would lead nowhere: `x-token-auth:{{ env_var('DBT_ENV_SECRET_TOKEN') }}`.
 */
export function addressSecrets({ url, written }: PackageAddress): readonly string[] {
  const given = /^(?!ssh:|git:)[a-z][a-z0-9+.-]*:\/\/([^/@\s]*)@/i.exec(url)?.[1] ?? '';
  const [, user = '', password = ''] = /^([^:]*):?(.*)$/.exec(given) ?? [];
  const parts = [user, password].filter((part) => part !== '');
  const made = parts.filter((part) => !written.includes(part));
  if (made.length > 0) return made;
  return (password === '' || password === 'x-oauth-basic' ? [user] : [password]).filter(
    (part) => part !== '' && part !== 'git',
  );
}
