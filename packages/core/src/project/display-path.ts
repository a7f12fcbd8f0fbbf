import { isAbsolute, relative, sep } from 'node:path';

/** How findings name a file: relative to the project's folder with `/` where it lies inside it, else absolute. */
export function displayPath(root: string, path: string): string {
  const inside = isPlainlyInside(root, path) ? path.slice(root.length + 1) : relative(root, path);
  if (inside === '' || inside.startsWith(`..${sep}`) || inside === '..' || isAbsolute(inside)) return path;
  return inside.replaceAll(sep, '/');
}

/** Whether a path goes on from the folder step by step: `relative` takes both apart anew for each file of a project. */
function isPlainlyInside(root: string, path: string): boolean {
  const { length } = root;
  if (!path.startsWith(root) || path[length] !== sep || path.endsWith(sep)) return false;
  return !path.includes(`${sep}.`, length) && !path.includes(`${sep}${sep}`, length);
}
