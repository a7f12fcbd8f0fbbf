import { DateTime, PyDate } from '../jinja/modules/index.ts';
import { Decimal, type HostObject, isInt } from '../jinja/values/index.ts';

/** The type of a result's column: dbt guesses it from the values that Python has, not from DuckDB's type. */
export class AgateType implements HostObject {
  /** The class's name, as `print_structure` shows it. */
  readonly name: string;
  readonly __type__: string;
  /** The test that a value of such a column passes. */
  readonly fits: (value: unknown) => boolean;

  constructor(type: string, fits: (value: unknown) => boolean) {
    this.__type__ = type;
    this.name = type.slice(type.lastIndexOf('.') + 1);
    this.fits = fits;
  }

  /** Nothing of this is a template's. */
  __getattr__(): undefined {
    return undefined;
  }
}

const isNumber = (value: unknown): boolean => isInt(value) || value instanceof Decimal;

/** In dbt's order: the first that fits all values that are there. */
const types: readonly AgateType[] = [
  new AgateType('dbt_common.clients.agate_helper.Integer', isInt),
  new AgateType('dbt_common.clients.agate_helper.Number', isNumber),
  new AgateType('agate.data_types.date.Date', (value) => value instanceof PyDate && !(value instanceof DateTime)),
  new AgateType('agate.data_types.date_time.DateTime', (value) => value instanceof PyDate),
  new AgateType('agate.data_types.boolean.Boolean', (value) => typeof value === 'boolean'),
];
export const textType: AgateType = new AgateType('agate.data_types.text.Text', () => true);

/** The type of a column by its values. */
export function agateTypeOf(values: readonly unknown[]): AgateType {
  const known = values.filter((value) => value !== null && value !== undefined);
  return types.find((type) => known.every(type.fits)) ?? textType;
}
