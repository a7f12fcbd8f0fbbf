import { isAbsolute, join, resolve } from 'node:path';
import { isUri } from '@eider/core';

/** What decides where a project's state lies. */
export interface StateRequest {
  /** The profile's `external_root` alone where it is set; else every `+external_root` that an external model uses, in any order. */
  readonly externalRoots: readonly string[];
  /** Absolute. */
  readonly projectRoot: string;
  /** The profile's key `state`: the folder under which states lie. */
  readonly profileState: string | undefined;
  readonly project: string;
  readonly target: string;
  readonly schema: string;
}

/** The state folder `S`: `<root>/_eider/<project>/<target>-<schema>`, or `.eider/…` in the project where its external models share no root. */
export function stateLocation(request: StateRequest): string {
  const below = join(segment(request.project), segment(`${request.target}-${request.schema}`));
  if (request.profileState !== undefined) return placeUnder(request, request.profileState, below);
  const roots = [...new Set(request.externalRoots)];
  const [root] = roots;
  if (root === undefined || roots.length > 1) return join(request.projectRoot, '.eider', below);
  return placeUnder(request, root, `_eider/${below}`);
}

function placeUnder(request: StateRequest, root: string, below: string): string {
  if (isUri(root) && !root.startsWith('file://')) return `${root.replace(/\/+$/, '')}/${below}`;
  const path = root.replace(/^file:\/\//, '');
  return join(isAbsolute(path) ? path : resolve(request.projectRoot, path), below);
}

function segment(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}._-]/gu, '_');
  return /^\.+$/.test(safe) ? `_${safe}` : safe;
}
