import { readYamlMapping } from '@eider/core';
import { UsageError } from './usage-error.ts';

/** The mapping that a flag such as `--vars` gives as YAML text. Throws UsageError, which names the flag; nothing at all is no mapping, as in dbt. */
export function yamlMapping(text: string, flag: string): Readonly<Record<string, unknown>> {
  const { root, diagnostics } = readYamlMapping(text, flag);
  const [problem] = diagnostics.filter((one) => one.severity === 'error');
  if (problem !== undefined || root === null)
    throw new UsageError(
      `${flag} cannot be read: ${problem === undefined ? 'it holds nothing.' : valueProblem(problem.message)}`,
      `Write a YAML mapping: ${flag} '{key: value}'.`,
    );
  return root.value as Readonly<Record<string, unknown>>;
}

/** The words about a YAML file, said of a value. */
function valueProblem(message: string): string {
  return message.replace(/^The YAML cannot be read: /, '').replace(/^The file must/, 'it must');
}
