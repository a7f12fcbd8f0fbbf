import type { Readable, Writable } from 'node:stream';
import type { NameProblem } from '@eider/core';
import { type TemplateName, templates } from './templates.ts';

/** What `init` has to know. */
export interface Answers {
  readonly name: string;
  readonly template: TemplateName;
}

export interface AskOptions {
  /** What the command line says already; only the rest is asked. */
  readonly given: Partial<Answers>;
  /** Taken for an empty answer. */
  readonly defaults: Answers;
  /** What is wrong with a name; null for a good one. */
  readonly check: (name: string) => NameProblem | null;
  readonly input: Readable;
  readonly output: Writable;
}

/** Asks a person at a terminal for what is missing, one question each. Null where they leave with Ctrl-C or Escape. */
export async function ask({ given, defaults, check, input, output }: AskOptions): Promise<Answers | null> {
  // Only here: the prompts need not load where nobody is asked.
  const { isCancel, select, text } = await import('@clack/prompts');
  const name =
    given.name ??
    (await text({
      message: 'What is the project called?',
      placeholder: defaults.name,
      defaultValue: defaults.name,
      validate(value) {
        const problem = check(value === undefined || value === '' ? defaults.name : value);
        return problem === null ? undefined : `${problem.message}\n${problem.hint}`;
      },
      input,
      output,
    }));
  if (isCancel(name)) return null;
  const template =
    given.template ??
    (await select({
      message: 'What shall it begin with?',
      options: Object.values(templates).map(({ name: value, hint }) => ({ value, label: value, hint })),
      initialValue: defaults.template,
      input,
      output,
    }));
  if (isCancel(template)) return null;
  output.write('\n');
  return { name, template };
}
