import type { Diagnostic } from '../diagnostics.ts';
import { checkConfig } from './known-configs.ts';
import type { Located } from './located.ts';
import type { PropertyFile, SourceFile } from './project.ts';
import { checkProperties } from './properties-schema.ts';
import { isMapping, readYamlMapping } from './read-yaml.ts';

/**
 * Reads and checks a property file. `shownAs`: the file's name in findings. An entry with an error is left out of the record, the others stay, so that
 * one slip does not make the rest look missing; null where the file is empty or no YAML.
 */
export function readProperties(
  file: SourceFile,
  shownAs: string,
  report: (finding: Diagnostic) => void,
): PropertyFile | null {
  const { root, diagnostics } = readYamlMapping(file.text, shownAs);
  for (const finding of diagnostics) report(finding);
  if (root === null) return null;
  const broken = new Set<string>();
  checkProperties(root.value, {
    at: (...path) => root.at(...path),
    report: (finding, [key, index]) => {
      if (finding.severity === 'error') broken.add(`${key}/${index}`);
      report(finding);
    },
  });
  const entries = (key: string): Located[] => {
    const list = root.get(key);
    if (list === undefined || !Array.isArray(list.value)) return [];
    return [...list.entries()]
      .filter(([index, entry]) => !broken.has(`${key}/${index}`) && isMapping(entry.value))
      .map(([, entry]) => entry);
  };
  for (const entry of ['models', 'seeds', 'snapshots'].flatMap(entries)) {
    const config = entry.get('config');
    for (const slip of config === undefined ? [] : checkConfig(config)) report(slip);
  }
  return {
    file,
    models: entries('models'),
    seeds: entries('seeds'),
    snapshots: entries('snapshots'),
    sources: entries('sources'),
    macros: entries('macros'),
    analyses: entries('analyses'),
    exposures: entries('exposures'),
    metrics: entries('metrics'),
    semanticModels: entries('semantic_models'),
    savedQueries: entries('saved_queries'),
    functions: entries('functions'),
    dataTests: entries('data_tests'),
    groups: entries('groups'),
    unitTests: entries('unit_tests'),
  };
}
