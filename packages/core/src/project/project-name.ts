/** Why a name cannot be a project's, and what to do. */
export interface NameProblem {
  readonly message: string;
  readonly hint: string;
}

/** Names that dbt keeps for its own context: no project may be called so. */
const reserved: ReadonlySet<string> = new Set(
  [
    '_sql_results adapter api column config context database env env_var exceptions execute flags fromjson fromyaml graph invocation_id',
    'load_agate_table load_result log model modules post_hooks pre_hooks ref render return run_started_at schema source sql sql_now',
    'store_result store_raw_result target this tojson toyaml try_or_compiler_error var write',
  ]
    .join(' ')
    .split(' '),
);

/** dbt's rule for the names of projects: letters, digits and underscores, no digit first, no word of the template context. Null for a good one. */
export function projectNameProblem(name: string): NameProblem | null {
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) {
    const near = nearProjectName(name);
    const example = near === null ? '' : `: ${near}`;
    return { message: `"${name}" cannot be a project's name.`, hint: `Use letters, digits and underscores${example}.` };
  }
  if (!reserved.has(name)) return null;
  const message = `"${name}" cannot be a project's name: templates use that word for something else.`;
  return { message, hint: 'Choose another name.' };
}

/** The project name nearest to a text; null where nothing of it can stay. */
function nearProjectName(text: string): string | null {
  const words = text.match(/[\p{L}\p{N}_]+/gu);
  return words === null ? null : words.join('_').replace(/^(?=\p{N})/u, '_');
}
