import { isMapping } from '../context/plain.ts';
import type { RenderContext } from '../context/render-context.ts';
import type { Place } from '../diagnostics.ts';
import type { JinjaEnvironment } from '../jinja/environment.ts';
import { JinjaError } from '../jinja/errors.ts';
import type { TestNode } from '../manifest/nodes.ts';
import { hasJinja } from '../project/shape.ts';

/**
 * Where the template of a generic test begins so that its call of the macro stands where its entry in the property file does: nobody wrote the template.
 */
export function templatePlace({ raw_code: code }: Pick<TestNode, 'raw_code'>, entry: Place): Place {
  const call = code.slice(0, code.indexOf('('));
  return { ...entry, column: entry.column - call.lastIndexOf(' ') - 1 };
}

const CALL = /^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$/s;

/**
 * The arguments of a generic test as its macro gets them: texts are rendered natively, and a text like `ref('x')` counts as a call even without
 * braces. `column_name` stays as written. While parsing, a name that `isElsewhere` may be missing:
 * dbt calls macros in arguments when it compiles the test. Throws what rendering throws.
 */
export function renderTestArguments(
  environment: JinjaEnvironment,
  context: RenderContext,
  node: TestNode,
  placeOf: (argument: string) => Place,
  isElsewhere: (name: string) => boolean = () => false,
): Readonly<Record<string, unknown>> {
  const kwargs = node.test_metadata?.kwargs ?? {};
  const render = (value: unknown, place: Place): unknown => {
    if (Array.isArray(value)) return value.map((item) => render(item, place));
    if (isMapping(value))
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, render(item, place)]));
    return typeof value === 'string' ? renderText(environment, context, value, { place, isElsewhere }) : value;
  };
  return Object.fromEntries(
    Object.entries(kwargs).map(([name, value]) => [
      name,
      name === 'column_name' ? value : render(value, placeOf(name)),
    ]),
  );
}

interface TextRender {
  readonly place: Place;
  readonly isElsewhere: (name: string) => boolean;
}

function renderText(
  environment: JinjaEnvironment,
  context: RenderContext,
  text: string,
  { place, isElsewhere }: TextRender,
): unknown {
  const source = CALL.test(text) ? `{{ ${text} }}` : text;
  if (!hasJinja(source)) return source;
  const { file, line, column } = place;
  const template = environment.template(source, file, { native: true, firstLine: line, firstColumn: column });
  try {
    return template.renderNative(context);
  } catch (failure) {
    const [, name] = (failure instanceof JinjaError && missing.exec(failure.message)) || [];
    if (name === undefined || !isElsewhere(name)) throw failure;
    return template.renderNative(context, { undefinedMode: 'parse' });
  }
}

/** A name that is not there, by itself or in a package. */
const missing = /^(?:'dict object' has no attribute )?'(\w+)'(?: is undefined)?$/;
