/** What becomes of a row of the table: it goes, it stays, or columns (by name) get the values of expressions. */
export type Fate = 'delete' | 'keep' | { readonly set: Readonly<Record<string, string>> };

/** The first arm whose `when` holds decides; one without `when` holds always. A row that no arm takes stays. */
export interface Arm {
  readonly when?: string;
  readonly fate: Fate;
}

/** Rows of the source that become rows of the table: their columns by name, or what `set` says; columns that it does not name are null then. */
export interface Insert {
  readonly when?: string;
  readonly set?: Readonly<Record<string, string>>;
}

/**
 * A change of a table's rows, as data: append, delete, update, merge and overwrite are all of this shape. Conditions and expressions are texts of the engine
 * behind the `ComputePort`; in them the table's row is called `target` and the source's `source`, or as `names` says. Nothing here looks into them.
 */
export interface Edit {
  /** Rows from outside: a query or the name of a relation, in the engine's language. */
  readonly source?: string;
  /** Columns of both whose equal values make a row of the source meet a row of the table. Null meets nothing. */
  readonly keys?: readonly string[];
  /** What must hold too for two rows to meet. */
  readonly on?: string;
  /** Rows of the table that a row of the source meets. */
  readonly matched?: readonly Arm[];
  /** Rows of the table that none meets: all of them where nothing can meet. */
  readonly unmatched?: readonly Arm[];
  /** Rows of the source that meet none of the table's. */
  readonly inserts?: readonly Insert[];
  readonly names?: { readonly target: string; readonly source: string };
}

export const deleteEdit = (where?: string): Edit => ({
  unmatched: [{ ...(where === undefined ? {} : { when: where }), fate: 'delete' }],
});

export const updateEdit = (set: Readonly<Record<string, string>>, where?: string): Edit => ({
  unmatched: [{ ...(where === undefined ? {} : { when: where }), fate: { set } }],
});

export const appendEdit = (source: string): Edit => ({ source, inserts: [{}] });

/** The rows that meet a condition (all where there is none) make way for those of the source. */
export const replaceEdit = (source: string, where?: string): Edit => ({ ...deleteEdit(where), source, inserts: [{}] });

/** Rows of the source replace those of the table with the same keys, and come in where there is none. */
export const upsertEdit = (
  source: string,
  keys: readonly string[],
  columns: readonly string[],
  quote: (name: string) => string,
): Edit => ({
  source,
  keys,
  matched: [{ fate: { set: Object.fromEntries(columns.map((name) => [name, `source.${quote(name)}`])) } }],
  inserts: [{}],
});

/** Whether rows of the source and of the table can meet at all. */
export const canMeet = ({ keys = [], on }: Edit): boolean => keys.length > 0 || on !== undefined;

/** Whether every row of the table goes, whatever is in it. */
export function clearsAll(edit: Edit): boolean {
  const [first] = edit.unmatched ?? [];
  return !canMeet(edit) && first?.fate === 'delete' && first.when === undefined;
}

/** Whether rows of the table may change. */
export function touches({ matched = [], unmatched = [] }: Edit): boolean {
  return [...matched, ...unmatched].some(({ fate }) => fate !== 'keep');
}
