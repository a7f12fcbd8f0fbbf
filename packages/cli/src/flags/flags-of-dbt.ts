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
