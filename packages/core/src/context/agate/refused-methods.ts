import { type Callable, hostFunction } from '../../jinja/values/index.ts';
import { templateError } from '../template-error.ts';

const files = 'Templates have no files; `print_csv` and `print_json` print, a model with a `location` writes.';
const charts = 'Charts are not drawn; `print_bars` prints one of text.';

/** agate's methods that read or write files, or draw: what is said when one is called. */
const refused: Readonly<Record<string, string>> = {
  bar_chart: charts,
  column_chart: charts,
  from_csv: files,
  from_fixed: files,
  from_json: files,
  line_chart: charts,
  scatterplot: charts,
  to_csv: files,
  to_json: files,
};

/** Those methods, for a table or a set of tables. */
export function refusedMethods(owner: string): Readonly<Record<string, () => Callable>> {
  return Object.fromEntries(
    Object.entries(refused).map(([name, why]) => {
      const refuse = (): never => {
        throw templateError('project/unsupported', `${owner}.${name}() is not supported. ${why}`);
      };
      return [name, () => hostFunction(name, ['*args', '**kwargs'], refuse)];
    }),
  );
}
