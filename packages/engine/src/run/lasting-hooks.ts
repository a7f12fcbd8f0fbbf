import type { Compiler } from '@eider/core';

/** How statements begin that leave nothing in a database: settings, extensions, secrets, queries, files. */
const passing =
  /^(?:(?:set|reset|pragma|load|install|attach|detach|use|select|with|from|show|describe|explain|copy|export|grant|revoke|begin|commit|checkpoint|vacuum|analyze)\b|create\s+(?:or\s+replace\s+)?(?:(?:persistent|temporary|temp)\s+)?secret\b)/i;

/** Comments, and the hook of dbt-duckdb's that does nothing here. */
const nothing = /\{#[\s\S]*?#\}|--.*|\/\*[\s\S]*?\*\/|\{\{-?\s*register_upstream_external_models\(\s*\)\s*-?\}\}/g;

/**
 * Whether a project has hooks that may leave something in its working database, a log for one, which their next run looks for: statements that write, and
 * templates of which nobody knows before they are rendered.
 */
export function hasLastingHooks({ manifest, project }: Pick<Compiler, 'manifest' | 'project'>): boolean {
  const around = project.packages.flatMap(({ onRunEnd, onRunStart }) => [...onRunStart, ...onRunEnd]);
  const ofNodes = Object.values(manifest.nodes).flatMap(({ config }) =>
    [config['pre-hook'], config['post-hook']].flatMap((hooks) => (Array.isArray(hooks) ? hooks : [])),
  );
  const texts = [...around, ...ofNodes.map((hook: { readonly sql?: unknown }) => String(hook.sql ?? ''))];
  return texts.some(mayLast);
}

function mayLast(hook: string): boolean {
  const statements = hook.replaceAll(nothing, '').split(';');
  return statements.map((text) => text.trim()).some((text) => text !== '' && !passing.test(text));
}
