/** dbt's flags that change nothing here: taken, so that a command line that works with dbt works. */
export const ignoredFlags: readonly string[] = [
  '--static-parser',
  '--send-anonymous-usage-stats',
  '--cache-selected-only',
  '--populate-cache',
  '--use-experimental-parser',
  '--use-fast-test-edges',
  '--single-threaded',
  '--log-cache-events',
  '--macro-debugging',
  '--show-all-deprecations',
  '--partial-parse-file-diff',
  '--export-saved-queries',
  '--upload-to-artifacts-ingest-api',
  '--show-resource-report',
  '--show',
];

/** dbt's flags that change results and are not there yet: refused by name. */
export const refusedFlags: readonly string[] = ['--warn-error-options'];

/** Warnings about dbt's variables that would change results and are not there yet: unlike flags, people set them once for many programs. */
export function unsupportedVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return refusedFlags.flatMap((flag) => {
    const name = flag.slice(2).replaceAll('-', '_').toUpperCase();
    const found = [`DBT_ENGINE_${name}`, `DBT_${name}`].find(
      (variable) => !/^(|0|false|no|f|n|off)$/i.test(env[variable] ?? ''),
    );
    return found === undefined ? [] : [`${found} is set, but ${flag} is not supported yet: it is ignored.`];
  });
}
