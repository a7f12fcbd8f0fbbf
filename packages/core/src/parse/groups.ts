import type { PropertyFile } from '../project/project.ts';
import type { ParseState } from './parse-state.ts';
import { recordOf, textOf } from './read-values.ts';
import { isRenderedLater } from './yaml-renderer.ts';

/** Enters a property file's `groups:`, the owners of nodes. */
export function parseGroups(state: ParseState, { file, groups }: PropertyFile): void {
  const renderer = state.rendererFor(file.packageName);
  for (const entry of groups) {
    const data = recordOf(renderer.render(entry, isRenderedLater('groups')));
    const [name, owner, config] = [textOf(data.name), recordOf(data.owner), recordOf(data.config)];
    const id = `group.${file.packageName}.${name}`;
    state.scope.manifest.groups[id] = {
      name,
      resource_type: 'group',
      package_name: file.packageName,
      path: file.relativePath,
      original_file_path: file.path,
      unique_id: id,
      owner: { email: null, name: null, ...owner },
      description: textOf(data.description) || null,
      config: { ...config, meta: recordOf(config.meta) },
    };
  }
}
