import { type Diagnostic, error, type Place } from '../diagnostics.ts';
import { didYouMeanHint } from '../near-names.ts';
import type { Located } from './located.ts';
import type { Target } from './project.ts';
import { readTarget } from './read-target.ts';
import { describe, isMapping } from './read-yaml.ts';
import { type ValueContext, valueRenderer } from './render-values.ts';
import { hasJinja } from './shape.ts';

/** Which profile and target to take, and what their templates see. */
export interface ProfileOptions {
  readonly profileName: string;
  /** Where the name comes from: dbt_project.yml's key, for findings. */
  readonly namePlace: Place;
  /** `--target`. */
  readonly target?: string;
  /** `--threads`. */
  readonly threads?: number;
  /** Secrets may be read here whatever it says. */
  readonly context: ValueContext;
}

type Report = (finding: Diagnostic) => void;

/**
 * Chooses a profile and its target as dbt does (`--target`, else the rendered `target:`, else `default`) and reads it. Only the chosen output is
 * rendered, so a variable that another target needs may be missing. Null where something makes the target unusable.
 */
export function readProfile(file: Located, options: ProfileOptions, report: Report): Target | null {
  const name = options.profileName;
  const profile = file.get(name);
  if (profile === undefined) {
    report(unknownProfile(file, options));
    return null;
  }
  const fail = (message: string, place: Place, hint: string): null => {
    report(error('profile/invalid', message, { place, hint }));
    return null;
  };
  if (!isMapping(profile.value)) {
    const message = `The profile "${name}" must be a mapping, not ${describe(profile.value)}.`;
    return fail(message, file.at(name), 'Give it `target:` and `outputs:`.');
  }
  const outputs = profile.get('outputs');
  if (outputs === undefined || !isMapping(outputs.value)) {
    if (outputs !== undefined) {
      const message = `The "outputs" of the profile "${name}" must be a mapping, not ${describe(outputs.value)}.`;
      return fail(message, profile.at('outputs'), 'Write the name of each target, and its keys below it, indented.');
    }
    const near = didYouMeanHint('outputs', Object.keys(profile.value))?.replace('Did you mean', 'Is it spelled');
    return fail(`The profile "${name}" has no "outputs".`, file.at(name), near ?? 'List its targets under `outputs:`.');
  }
  const targetName = chooseTarget(profile, options, report);
  if (targetName === null) return null;
  const output = outputs.get(targetName);
  if (output === undefined) {
    report(unknownTarget(profile, outputs, targetName, options));
    return null;
  }
  if (!isMapping(output.value)) {
    const message = `The target "${targetName}" must be a mapping, not ${describe(output.value)}.`;
    return fail(message, outputs.at(targetName), 'Write `type: duckdb` and its other keys below it, indented.');
  }
  return readTarget(
    output,
    { profileName: name, targetName, context: { ...options.context, secrets: true }, ...threads(options) },
    report,
  );
}

function threads(options: ProfileOptions): { readonly threads?: number } {
  return options.threads === undefined ? {} : { threads: options.threads };
}

function chooseTarget(profile: Located, options: ProfileOptions, report: Report): string | null {
  if (options.target !== undefined) return options.target;
  const given = profile.get('target');
  if (given === undefined || given.value === null) return 'default';
  const value = valueRenderer({ ...options.context, secrets: true }).render(given, report);
  if (typeof value === 'string') return value;
  if (value !== undefined) {
    report(
      error('profile/invalid', `"target" must be a text, not ${describe(value)}.`, {
        place: given.place,
        hint: 'Put quotes around it.',
      }),
    );
  }
  return null;
}

function unknownProfile(file: Located, options: ProfileOptions): Diagnostic {
  const names = Object.keys(file.value as object).filter((name) => name !== 'config');
  const hint =
    didYouMeanHint(options.profileName, names) ??
    `${listed('Its profiles', names)} Set "profile" in dbt_project.yml, or --profile.`;
  const message = `${file.place.file} has no profile "${options.profileName}".`;
  return error('profile/not-found', message, { place: options.namePlace, hint });
}

function unknownTarget(profile: Located, outputs: Located, targetName: string, options: ProfileOptions): Diagnostic {
  const names = Object.keys(outputs.value as object);
  const origin =
    options.target === undefined && profile.get('target') === undefined
      ? ', which dbt takes where "target" is not set'
      : '';
  const message = `The profile "${options.profileName}" has no target "${targetName}"${origin}.`;
  const hint = didYouMeanHint(targetName, names) ?? listed('Its targets', names);
  const place =
    options.target === undefined && profile.get('target') !== undefined
      ? (profile.get('target')?.place ?? profile.place)
      : outputs.place;
  return error('profile/not-found', message, { place, hint });
}

function listed(words: string, names: readonly string[]): string {
  return names.length === 0 ? `${words}: none.` : `${words}: ${names.join(', ')}.`;
}

/** A profile's name in dbt_project.yml, rendered without a target. */
export function renderProfileName(given: Located, context: ValueContext, report: Report): string | null {
  if (typeof given.value !== 'string') {
    if (given.value !== null)
      report(
        error('project/invalid-value', `"profile" must be a text, not ${describe(given.value)}.`, {
          place: given.place,
        }),
      );
    return null;
  }
  if (!hasJinja(given.value)) return given.value;
  const value = valueRenderer(context).render(given, report);
  return typeof value === 'string' ? value : null;
}
