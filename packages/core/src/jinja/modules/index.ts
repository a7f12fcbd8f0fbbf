import { takeChance } from '../chance.ts';
import { datetimeModule } from './datetime/classes.ts';
import { itertoolsModule } from './itertools.ts';
import { pytzModule } from './pytz.ts';
import { reModule } from './re/module.ts';

export { utcDateTime } from './datetime/classes.ts';
export { PyDate } from './datetime/date.ts';
export { DateTime } from './datetime/date-time.ts';

/** dbt's `modules`: parts of Python's library, with a clock of the caller's. */
export function createModules(now: () => Date): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  return { pytz: pytzModule, datetime: datetimeModule(now), re: reModule, itertools: itertoolsModule };
}

/** dbt's `modules` with the machine's clock. */
export const modules: Readonly<Record<string, Readonly<Record<string, unknown>>>> = createModules(() => {
  takeChance();
  return new Date();
});
