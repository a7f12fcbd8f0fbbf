import type { Diagnostic } from '@eider/core';
import { green, red, yellow } from '../ui/colors.ts';
import { diagnosticText, indent } from '../ui/diagnostic-lines.ts';
import type { LogLine } from '../ui/log-line.ts';
import { type Check, type CheckStatus, type DebugReport, isSuccess } from './check.ts';

const titles: Readonly<Record<Check['section'], string>> = {
  configuration: 'Configuration:',
  connection: 'Connection:',
  extensions: 'Extensions:',
  settings: 'Settings:',
  secrets: 'Secrets:',
  attached: 'Attached databases:',
  paths: 'Paths:',
};

/** A report as dbt prints its own: versions, sections with a check a line, and at the end what is wrong and what to do. */
export function debugLines(
  report: DebugReport,
  shown: (findings: readonly Diagnostic[]) => readonly Diagnostic[],
): readonly LogLine[] {
  const about = Object.entries(report.about).map(([name, value]) =>
    line(`${name}${name.startsWith('Using') ? ' ' : ': '}${value}`),
  );
  const sections = Object.entries(titles).flatMap(([section, title]) => {
    const checks = report.checks.filter((check) => check.section === section);
    return checks.length === 0 ? [] : [line(title), ...checks.flatMap(checkLines)];
  });
  return [...about, ...sections, ...resultLines(report, shown)];
}

function checkLines(check: Check): readonly LogLine[] {
  const data = { name: check.name, section: check.section, status: check.status };
  return [
    line(`  ${check.name} [${statusText(check)}]`, data),
    ...check.facts.map((fact) => line(`    ${fact}`, data)),
  ];
}

const words: Readonly<Record<CheckStatus, (detail: string) => string>> = {
  ok: (detail) => green(`OK ${detail}`),
  warning: (detail) => yellow(`WARN ${detail}`),
  failed: (detail) => red(`ERROR ${detail}`),
  skipped: (detail) => yellow(`SKIP ${detail}`),
};

function statusText({ detail, status }: Check): string {
  return words[status](detail);
}

function resultLines(
  report: DebugReport,
  shown: (findings: readonly Diagnostic[]) => readonly Diagnostic[],
): readonly LogLine[] {
  const findings = report.checks.flatMap((check) => (check.status === 'ok' ? [] : shown(check.findings)));
  const failed = report.checks.filter(({ status }) => status === 'failed').length;
  const result = isSuccess(report)
    ? green('All checks passed!')
    : red(`${failed} ${failed === 1 ? 'check' : 'checks'} failed:`);
  return [
    line(result, {}, 'DebugCmdResult'),
    ...findings.map((one) => line(indent(diagnosticText(one), 0), {}, 'DebugCmdResult')),
  ];
}

function line(text: string, data = {}, name: 'DebugCmdOut' | 'DebugCmdResult' = 'DebugCmdOut'): LogLine {
  return { level: 'info', name, code: name === 'DebugCmdOut' ? 'Z047' : 'Z048', text, data: { msg: text, ...data } };
}

/** A report as one JSON document. */
export function debugJson(report: DebugReport): string {
  const { about, checks } = report;
  const key = (name: string): string =>
    name
      .replace(/^Using | at$| file at$/g, '')
      .replaceAll(/[ .]/g, '_')
      .toLowerCase();
  return JSON.stringify(
    {
      success: isSuccess(report),
      ...Object.fromEntries(Object.entries(about).map(([name, value]) => [key(name), value])),
      checks: checks.map(({ findings, ...check }) => ({
        ...check,
        findings: findings.map(({ code, hint, message, place, severity }) => ({
          ...{ severity, code, message, hint: hint ?? null },
          ...{ file: place?.file ?? null, line: place?.line ?? null, column: place?.column ?? null },
        })),
      })),
    },
    null,
    2,
  );
}
