import { EiderError, error } from '../diagnostics.ts';
import { type Callable, hostFunction, optional } from '../jinja/values/index.ts';
import { didYouMeanHint } from '../near-names.ts';

/** The environment as the caller gives it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What `env_var` reads. */
export interface EnvVarOptions {
  readonly env: Environment;
  /** Told about each variable that is asked for. */
  readonly onRead: (name: string) => void;
  /** Whether secrets may be read: in profiles.yml and packages.yml only. They render to a placeholder that `revealSecrets` replaces. */
  readonly secrets: boolean;
}

const secretName = /^DBT_ENV_SECRET/;
const placeholder = /\$\$\$EIDER_SECRET\$\$\$([^$]+)\$\$\$END\$\$\$/g;

/** `env_var('NAME', default)` of dbt_project.yml and profiles.yml. Throws `env/missing` where the variable is not set and there is no default. */
export function envVarFunction(options: EnvVarOptions): Callable {
  return hostFunction('env_var', ['var', optional('default')], (given, fallback) => {
    const name = String(given);
    options.onRead(name);
    const value = options.env[name];
    if (secretName.test(name)) {
      if (!options.secrets) throw misplacedSecret(name);
      if (value !== undefined) return `$$$EIDER_SECRET$$$${name}$$$END$$$`;
    }
    const result = value ?? fallback;
    if (result === null) throw missingVariable(name, options.env);
    return result;
  });
}

/** Puts the secrets' values where `env_var` left placeholders, so that no filter ever saw them. */
export function revealSecrets(text: string, env: Environment): string {
  return text.replace(placeholder, (_, name: string) => env[name] ?? '');
}

/** `var('name', default)` where only `--vars` are known: in dbt_project.yml and profiles.yml. */
export function cliVarFunction(vars: Readonly<Record<string, unknown>>): Callable {
  const missing = Symbol('missing');
  return hostFunction('var', ['var_name', { name: 'default', default: missing }], (given, fallback) => {
    const name = String(given);
    if (Object.hasOwn(vars, name)) return vars[name];
    if (fallback !== missing) return fallback;
    throw new EiderError([
      error('jinja/render', `The variable "${name}" is not among --vars; vars of dbt_project.yml are not known here.`, {
        hint: didYouMeanHint(name, Object.keys(vars)) ?? `Give it with --vars '{${name}: …}', or give var() a default.`,
      }),
    ]);
  });
}

function misplacedSecret(name: string): EiderError {
  const message = `"${name}" is a secret; secrets may be read in profiles.yml and packages.yml only.`;
  const hint = 'Read it in profiles.yml, or give the variable a name without DBT_ENV_SECRET.';
  return new EiderError([error('jinja/render', message, { hint })]);
}

function missingVariable(name: string, env: Environment): EiderError {
  const near = didYouMeanHint(name, Object.keys(env));
  const action = `Set it (export ${name}=…), or give a default: env_var('${name}', '…').`;
  const hint = near === undefined ? action : `${near} Otherwise: ${action}`;
  return new EiderError([
    error('env/missing', `The environment variable "${name}" is not set, and env_var() has no default here.`, { hint }),
  ]);
}
