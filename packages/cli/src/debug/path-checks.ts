import { error, warning } from '@eider/core';
import type { FolderReport } from '@eider/engine';
import { bytesText } from '../ui/quantities.ts';
import { type Check, checkOf } from './check.ts';

/** A folder that a project writes to, and what for. */
export interface CheckedPath {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly report: FolderReport;
  /** Whether other processes read here while eider writes: then links and renames count. */
  readonly isShared: boolean;
  readonly facts?: readonly string[];
}

const leastBytes = 1_000_000_000;
const mostClockMs = 5_000;

/** Whether each folder can be written to, and what its file system can do. */
export function pathChecks(paths: readonly CheckedPath[]): readonly Check[] {
  return paths.map(({ facts = [], isShared, name, path, report }) => {
    const { abilities, exists, fileSystem, problem, tried } = report;
    const where = exists ? [path] : [path, `is made by the first build; tried in ${tried}`];
    if (problem !== null || abilities === null) {
      const message = `${name}: nothing can be written to ${path}: ${problem}.`;
      const hint = 'Give this user the right to it, or name another folder in the profile.';
      return checkOf('paths', name, 'cannot be written', {
        status: 'failed',
        findings: [error('cli/file-system', message, { hint })],
        facts: [...where, ...facts],
      });
    }
    const findings = isShared ? problemsOf(name, report) : spaceProblem(name, report);
    return checkOf('paths', name, exists ? 'writable' : 'can be made', {
      status: findings.length > 0 ? 'warning' : 'ok',
      findings,
      facts: [
        ...where,
        ...(fileSystem === null ? [] : [fileSystemText(fileSystem)]),
        ...(isShared ? [abilitiesText(abilities)] : []),
        ...facts,
      ],
    });
  });
}

function fileSystemText({ freeBytes, isNetwork, kind }: NonNullable<FolderReport['fileSystem']>): string {
  const name = kind === null ? '' : `${kind}${isNetwork ? ' (network)' : ''}, `;
  return `${name}${bytesText(freeBytes)} free`;
}

function abilitiesText({
  clockAheadMs,
  fsync,
  hardLinks,
  renameOver,
  symbolicLinks,
}: NonNullable<FolderReport['abilities']>): string {
  const word = (name: string, works: true | string): string => `${name} ${works === true ? 'yes' : 'no'}`;
  const clock = Math.abs(clockAheadMs) < 1000 ? 'clock exact' : `clock ${(clockAheadMs / 1000).toFixed(1)} s ahead`;
  return [
    word('hard links', hardLinks),
    word('symbolic links', symbolicLinks),
    word('rename over a file', renameOver),
    word('fsync', fsync),
    clock,
  ].join(', ');
}

function problemsOf(name: string, report: FolderReport): Check['findings'] {
  const { abilities, path } = report;
  if (abilities === null) return [];
  const { clockAheadMs, fsync, hardLinks, renameOver, symbolicLinks } = abilities;
  const cannot = (what: string, works: true | string, consequence: string): Check['findings'] =>
    works === true
      ? []
      : [warning('cli/file-system', `${name}: ${path} has no ${what}: ${works}.`, { hint: consequence })];
  return [
    ...cannot('hard links', hardLinks, 'Files are copied to their locations instead, which takes their space twice.'),
    ...cannot('symbolic links', symbolicLinks, 'Locations that are folders cannot be swapped in one step there.'),
    ...cannot(
      'rename over a file',
      renameOver,
      'A reader that has the published catalog open keeps the next one from its place.',
    ),
    ...cannot('fsync', fsync, 'What was committed may be lost where the machine loses its power.'),
    ...(Math.abs(clockAheadMs) <= mostClockMs
      ? []
      : [
          warning(
            'cli/file-system',
            `${name}: the clock of ${path} is ${(clockAheadMs / 1000).toFixed(1)} s ahead of this machine's.`,
            {
              hint: 'Set both by NTP: times of commits, and the heartbeats of builds on several machines, are compared.',
            },
          ),
        ]),
    ...spaceProblem(name, report),
  ];
}

function spaceProblem(name: string, { fileSystem, path }: FolderReport): Check['findings'] {
  if (fileSystem === null || fileSystem.freeBytes >= leastBytes) return [];
  const message = `${name}: only ${bytesText(fileSystem.freeBytes)} are free at ${path}.`;
  return [
    warning('cli/file-system', message, {
      hint: 'Make room, or lower `publish.keep` of the target and run eider vacuum.',
    }),
  ];
}
