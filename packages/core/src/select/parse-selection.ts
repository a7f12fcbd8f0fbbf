import { type Diagnostic, error } from '../diagnostics.ts';
import { didYouMeanHint } from '../near-names.ts';
import { type Criterion, type MethodName, methodNames, type Selection, type SelectionGroup } from './selection.ts';

/** What dbt selects where nothing is said. */
const everything: readonly string[] = ['fqn:*', 'source:*', 'exposure:*'];

export interface ParsedSelection {
  /** Everything that `include` names without what `exclude` names; unreadable parts are left out and reported. */
  readonly selection: Selection;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads dbt's selection arguments: a space unites, a comma intersects, `+`, `n+`, `+n` and `@` widen, `method:value` or a bare value
 * (a path where it holds a slash, a file where it ends in .sql, .py or .csv, else a name). An empty `include` is the whole project.
 */
export function parseSelection(include: readonly string[], exclude: readonly string[]): ParsedSelection {
  const diagnostics: Diagnostic[] = [];
  const wanted = include.length === 0 ? union(everything, false, diagnostics) : union(include, true, diagnostics);
  const unwanted = union(exclude, true, diagnostics);
  const raw = [...include, ...exclude.map((text) => `--exclude ${text}`)].join(' ');
  return { selection: { kind: 'difference', parts: [wanted, unwanted], raw, named: false }, diagnostics };
}

function union(texts: readonly string[], named: boolean, diagnostics: Diagnostic[]): SelectionGroup {
  const specs = texts.flatMap((text) => text.split(/\s+/)).filter((spec) => spec !== '');
  const parts = specs.map((spec): SelectionGroup => {
    const criteria = spec.split(',').map((part) => parseCriterion(part));
    diagnostics.push(...criteria.filter(isDiagnostic));
    const invalid = criteria.some(isDiagnostic);
    const usable = criteria.filter((part): part is Criterion => !isDiagnostic(part));
    return {
      kind: invalid ? 'union' : 'intersection',
      parts: invalid ? [] : usable,
      raw: spec,
      named: named && !invalid,
    };
  });
  return { kind: 'union', parts, raw: texts.join(' '), named: false };
}

function isDiagnostic(part: Criterion | Diagnostic): part is Diagnostic {
  return 'severity' in part;
}

const criterionPattern = /^(?<at>@)?(?:(?<parents>\d*)\+)?(?:(?<method>[\w.]+):)?(?<value>.*?)(?:\+(?<children>\d*))?$/;

/** One criterion of the command line's grammar, or what is wrong with it. */
export function parseCriterion(raw: string): Criterion | Diagnostic {
  const groups = criterionPattern.exec(raw)?.groups;
  if (groups === undefined || groups.value === undefined || groups.value === '') {
    return error('select/invalid', `The selection "${raw}" names nothing.`, {
      hint:
        raw === ''
          ? 'A comma means both of its sides, a space either: write "a,b" or "a b".'
          : 'Write a name, a path, or a method and a value such as tag:nightly.',
    });
  }
  return makeCriterion({
    raw,
    method: groups.method,
    value: groups.value,
    childrensParents: groups.at !== undefined,
    parents: depthOf(groups.parents),
    children: depthOf(groups.children),
  });
}

function depthOf(text: string | undefined): { readonly depth: number | null } | null {
  if (text === undefined) return null;
  return { depth: text === '' ? null : Number(text) };
}

/** The parts of a criterion before its method is known to exist. */
export type CriterionParts = Omit<Criterion, 'kind' | 'method' | 'methodArguments'> & {
  readonly method: string | undefined;
};

/** Checks the method and the combination of operators. */
export function makeCriterion(parts: CriterionParts): Criterion | Diagnostic {
  const [name = '', ...methodArguments] = parts.method?.split('.') ?? [impliedMethod(String(parts.value))];
  if (!isMethodName(name)) {
    return error('select/invalid', `"${name}" in the selection "${parts.raw}" is not a selection method.`, {
      hint: didYouMeanHint(name, methodNames) ?? `Methods are ${methodNames.join(', ')}.`,
    });
  }
  if (parts.childrensParents && parts.children !== null) {
    return error(
      'select/invalid',
      `The selection "${parts.raw}" has both "@" and a "+" behind: "@" takes all children already.`,
      {
        hint: 'Leave out one of the two.',
      },
    );
  }
  return { ...parts, kind: 'criterion', method: name, methodArguments };
}

function impliedMethod(value: string): MethodName {
  if (value.includes('/')) return 'path';
  return /\.(sql|py|csv)$/i.test(value) ? 'file' : 'fqn';
}

function isMethodName(name: string): name is MethodName {
  return (methodNames as readonly string[]).includes(name);
}
