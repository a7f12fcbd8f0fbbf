import { datetimeModule } from './datetime/classes.ts';
import { machineClock } from './datetime/clock.ts';
import { itertoolsModule } from './itertools.ts';
import { pytzModule } from './pytz.ts';
import { reModule } from './re/module.ts';

export { utcDateTime } from './datetime/classes.ts';
export { PyDate } from './datetime/date.ts';
export { DateTime } from './datetime/date-time.ts';
export { parseIsoDateTime } from './datetime/iso-format.ts';
export { FixedZone, secondsDelta } from './datetime/tz-info.ts';

/** A dict of templates for each module, by its name. */
export type Modules = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** dbt's `modules`: parts of Python's library, with a clock of the caller's. The dicts are new ones: what a template changes in them is its own. */
export function createModules(now: () => Date = machineClock): Modules {
  const parts = { pytz: pytzModule, datetime: datetimeModule(now), re: reModule, itertools: itertoolsModule };
  return Object.fromEntries(
    Object.entries(parts).map(([name, members]) => [
      name,
      Object.defineProperties({}, Object.getOwnPropertyDescriptors(members)),
    ]),
  );
}
