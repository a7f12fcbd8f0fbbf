import { type Diagnostic, error } from '../diagnostics.ts';
import { pathToHuge } from './huge-number.ts';
import { checkConfig } from './known-configs.ts';
import { isTimeAt, type Located } from './located.ts';
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
  const huge = pathToHuge(root.value);
  if (huge !== undefined) {
    broken.add(`${huge[0]}/${huge[1]}`);
    report(tooBig(root, huge));
  }
  checkProperties(root.value, {
    at: (...path) => root.at(...path),
    isTime: (path) => isTimeAt(root, path),
    report: (finding, [key, index]) => {
      if (finding.severity === 'error') broken.add(`${key}/${index}`);
      report(key === 'data_tests' && finding.severity === 'error' ? unread(finding) : finding);
    },
  });
  const entries = (key: string): Located[] => {
    const list = root.get(key);
    if (list === undefined || !Array.isArray(list.value)) return [];
    const isGood = ([index, { value }]: readonly [string | number, Located]): boolean =>
      !broken.has(`${key}/${index}`) && isMapping(value);
    const all = [...list.entries()];
    const firstBad = all.findIndex((one) => !isGood(one));
    const read = key === 'data_tests' && firstBad >= 0 ? all.slice(0, firstBad) : all.filter(isGood);
    return read.map(([, entry]) => entry);
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

/** dbt warns of what is wrong under `data_tests:`, and reads the section up to there. */
function unread(finding: Diagnostic): Diagnostic {
  const message = `${finding.message} It and what follows under "data_tests" is not read, as in dbt.`;
  return { ...finding, severity: 'warning', message };
}

/** dbt keeps whole property files in a form whose numbers have 64 bits. */
function tooBig(root: Located, path: readonly (string | number)[]): Diagnostic {
  const hint = 'Put quotes around it: then it is a text.';
  return error('project/invalid-value', 'This number is beyond 64 bits, which dbt cannot keep.', {
    place: (root.get(...path) ?? root).place,
    hint,
  });
}
