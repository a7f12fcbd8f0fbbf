import { dumpJson } from '../../jinja/format/json.ts';
import {
  callValue,
  Decimal,
  Dict,
  hostFunction,
  isCallable,
  type Keywords,
  optional,
  PyError,
  toStr,
  truth,
} from '../../jinja/values/index.ts';
import { float } from '../../jinja/values/number.ts';
import { textType } from './data-type.ts';
import { barLines } from './print-bars.ts';
import { csvText, htmlText, isoText, type PrintLimits, printLimits, tableText } from './print-table.ts';
import type { ResultTable, TableMethods, TableRow } from './table.ts';

/** What a table prints: as text, HTML, CSV, JSON, bars, or its columns alone. */
export const printMethods: TableMethods = {
  print_table: (table) => limited(table, 'print_table', tableText),
  print_html: (table) => limited(table, 'print_html', htmlText),
  print_structure: (table) =>
    hostFunction('print_structure', [optional('output'), optional('max_rows')], (_output, rows: unknown) => {
      const columns = table.columns.map((column) => [column.name, column.type.name]);
      const structure = table.make(['column', 'data_type'], columns, { types: [textType, textType] });
      const limits = { ...printLimits, rows: typeof rows === 'number' ? rows : null, width: null };
      return printed(table, tableText(structure, limits));
    }),
  print_csv: (table) => hostFunction('print_csv', ['**kwargs'], () => printed(table, csvText(table))),
  print_json: (table) =>
    hostFunction(
      'print_json',
      [optional('key'), optional('newline', false), optional('indent'), '**kwargs'],
      async (key, newline, indent: unknown, options: Keywords) => {
        if (key !== null && truth(newline))
          throw new PyError('ValueError', 'key and newline may not be specified together.');
        if (truth(newline) && indent !== null)
          throw new PyError('ValueError', 'newline and indent may not be specified together.');
        const how = { indent: indent as number | string | null, sortKeys: truth(options.sort_keys ?? false) };
        const records = table.rows.map((row) => recordOf(row));
        if (truth(newline)) return printed(table, records.map((record) => dumpJson(record, how)).join('\n'));
        return printed(table, dumpJson(key === null ? records : await keyed(table, records, key), how));
      },
    ),
  print_bars: (table) => {
    const parameters = [optional('label_column_name', 'group'), optional('value_column_name', 'Count')];
    const rest = [optional('domain'), optional('width', 120), optional('output'), optional('printable', false)];
    return hostFunction(
      'print_bars',
      [...parameters, ...rest],
      (label, value, domain, width: unknown, _output, printable) => {
        const columns = { label: toStr(label), value: toStr(value) };
        const lines = barLines(table, { ...columns, domain, width: Number(width), printable: truth(printable) });
        return printed(table, lines.join('\n'));
      },
    );
  },
};

function limited(table: ResultTable, name: string, text: (table: ResultTable, limits: PrintLimits) => string): unknown {
  const parameters = Object.entries({
    max_rows: printLimits.rows,
    max_columns: printLimits.columns,
    output: null,
    max_column_width: printLimits.width,
    locale: null,
    max_precision: printLimits.precision,
  }).map(([parameter, value]) => optional(parameter, value));
  return hostFunction(name, parameters, (rows, columns, _output, width, _locale, precision) =>
    printed(table, text(table, { rows, columns, width, precision } as PrintLimits)),
  );
}

function printed(table: ResultTable, text: string): null {
  table.host.print(text);
  return null;
}

function recordOf(row: TableRow): Dict {
  return new Dict(row.entries().map(([name, value]) => [name, jsonValue(value)]));
}

function jsonValue(value: unknown): unknown {
  if (value instanceof Decimal) return float(value.__float__());
  return value === null || ['number', 'boolean', 'string', 'bigint'].includes(typeof value) ? value : isoText(value);
}

async function keyed(table: ResultTable, records: readonly Dict[], key: unknown): Promise<Dict> {
  const all = new Dict();
  for (const [at, row] of table.rows.entries()) {
    const name = isCallable(key) ? await callValue(key, [row], null) : toStr(row.at(key));
    if (all.has(name)) throw new PyError('ValueError', `Value ${toStr(name)} is not unique in the key column.`);
    all.set(name, records[at]);
  }
  return all;
}
