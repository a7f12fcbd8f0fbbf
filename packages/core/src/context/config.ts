/** A node's config, or a part of one, as plain data. */
export type Config = Record<string, unknown>;

/** `pre_hook` and `post_hook` are other spellings of `pre-hook` and `post-hook`. */
export function hookKey(key: string): string {
  return key === 'pre_hook' || key === 'post_hook' ? key.replace('_', '-') : key;
}
