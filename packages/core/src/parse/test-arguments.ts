import { isMapping } from '../context/plain.ts';
import type { RenderContext } from '../context/render-context.ts';
import type { Place } from '../diagnostics.ts';
import type { JinjaEnvironment } from '../jinja/environment.ts';
import type { TestNode } from '../manifest/nodes.ts';
import { hasJinja } from '../project/shape.ts';

const CALL = /^\s*(env_var|ref|var|source|doc)\s*\(.+\)\s*$/s;

/**
 * The arguments of a generic test as its macro gets them: texts are rendered natively, and a text like `ref('x')` counts as a call even without
 * braces. `column_name` stays as written. Throws what rendering throws.
 */
export function renderTestArguments(
  environment: JinjaEnvironment,
  context: RenderContext,
  node: TestNode,
  placeOf: (argument: string) => Place,
): Readonly<Record<string, unknown>> {
  const kwargs = node.test_metadata?.kwargs ?? {};
  const render = (value: unknown, place: Place): unknown => {
    if (Array.isArray(value)) return value.map((item) => render(item, place));
    if (isMapping(value))
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, render(item, place)]));
    return typeof value === 'string' ? renderText(environment, context, value, place) : value;
  };
  return Object.fromEntries(
    Object.entries(kwargs).map(([name, value]) => [
      name,
      name === 'column_name' ? value : render(value, placeOf(name)),
    ]),
  );
}

function renderText(environment: JinjaEnvironment, context: RenderContext, text: string, place: Place): unknown {
  const source = CALL.test(text) ? `{{ ${text} }}` : text;
  if (!hasJinja(source)) return source;
  const { file, line, column } = place;
  return environment
    .template(source, file, { native: true, firstLine: line, firstColumn: column })
    .renderNative(context);
}
