import { fileURLToPath } from 'node:url';

/** This package's folder. The file stands at the top of the sources, so that the way is the same from there, from dist and from a bundle in dist. */
export const packageFolder: string = fileURLToPath(new URL('..', import.meta.url));
