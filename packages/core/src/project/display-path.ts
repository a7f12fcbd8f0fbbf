import { isAbsolute, relative, sep } from 'node:path';

/** How findings name a file: relative to the project's folder with `/` where it lies inside it, else absolute. */
export function displayPath(root: string, path: string): string {
  const inside = relative(root, path);
  if (inside === '' || inside.startsWith(`..${sep}`) || inside === '..' || isAbsolute(inside)) return path;
  return inside.replaceAll(sep, '/');
}
