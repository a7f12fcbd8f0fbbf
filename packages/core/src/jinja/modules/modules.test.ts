import { describe, expect, test } from 'vitest';
import { callMethod, callValue, getAttr, hostFunction, repr, toStr } from '../values/index.ts';
import { createModules, DateTime, utcDateTime } from './index.ts';

const moment = new Date('2024-07-01T12:34:56.789Z');
const modules = createModules(() => moment);
const at = (path: string): unknown => path.split('.').reduce<unknown>((value, name) => getAttr(value, name), modules);

describe('datetime', () => {
  test('takes its clock from the caller', () => {
    expect(toStr(callValue(at('datetime.datetime.utcnow'), [], null))).toBe('2024-07-01 12:34:56.789000');
    const tokyo = callValue(at('pytz.timezone'), ['Asia/Tokyo'], null);
    expect(toStr(callValue(at('datetime.datetime.now'), [tokyo], null))).toBe('2024-07-01 21:34:56.789000+09:00');
    expect(repr(callValue(at('datetime.datetime.now'), [], { tz: at('pytz.utc') }))).toBe(
      'datetime.datetime(2024, 7, 1, 12, 34, 56, 789000, tzinfo=<UTC>)',
    );
  });

  test('takes moments of the host', () => {
    expect(utcDateTime(moment)).toBeInstanceOf(DateTime);
    expect(callMethod(utcDateTime(moment), 'isoformat', [], null)).toBe('2024-07-01T12:34:56.789000+00:00');
  });

  test.each([
    ['1970-01-01T00:00:00Z', '1970-01-01 00:00:00+00:00'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31 23:59:59.999000+00:00'],
    ['0001-01-01T00:00:00Z', '0001-01-01 00:00:00+00:00'],
    ['9999-12-31T23:59:59Z', '9999-12-31 23:59:59+00:00'],
    ['2000-02-29T12:00:00Z', '2000-02-29 12:00:00+00:00'],
  ])('%s', (text, printed) => {
    expect(toStr(utcDateTime(new Date(text)))).toBe(printed);
  });

  test('agrees with the calendar of JavaScript for every day of 60 years', () => {
    for (let days = 0; days < 22_000; days += 1) {
      const date = new Date(Date.UTC(1970, 0, 1 + days)).toISOString().slice(0, 10);
      expect(new DateTime(719_163 + days, 0).__str__().slice(0, 10)).toBe(date);
    }
  });
});

describe('re', () => {
  test('calls a function of the host for each match', () => {
    const shout = hostFunction('shout', ['match'], (match: unknown) =>
      String(callMethod(match, 'group', [0], null)).toUpperCase(),
    );
    expect(callValue(at('re.sub'), ['[ab]', shout, 'abc'], null)).toBe('ABc');
  });

  test('a repeated group goes over a text of any length', () => {
    const text = 'ab,'.repeat(100_000);
    expect(callValue(at('re.sub'), ['(?:[^,]+,)*', '-', text], null)).toBe('--');
    expect(callValue(at('re.sub'), ['(?:[^,]+,)*?$', '-', text], null)).toBe('--');
  });
});

describe('pytz', () => {
  test('lists the zones of the runtime', () => {
    expect(at('pytz.all_timezones')).toContain('Europe/Paris');
  });
});
