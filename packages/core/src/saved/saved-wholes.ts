import { join } from 'node:path';
import type { KeptWhole, NewWhole, Said, WholeBasis, Wholes } from '../cache/parse-cache.ts';
import { fromPlainJson, plainJson, plainJsonOrNull } from '../cache/plain-json.ts';
import { type Diagnostic, hasErrors, type Place } from '../diagnostics.ts';
import type { JinjaEnvironment } from '../jinja/environment.ts';
import type { Manifest } from '../manifest/nodes.ts';
import { openParts, type PartedFile, writeParts } from './parted-file.ts';
import { restoredMacros, type SavedMacros, savedMacros } from './saved-macros.ts';

/** To be raised whenever what the file holds means something else. */
const format = 1;

interface Head {
  /** How all files of the project looked. */
  readonly looks: string;
  readonly key: string;
  /** Moments in milliseconds: of the parse, and after which it would find something else (null: none). */
  readonly startedAt: number;
  readonly until: number | null;
  readonly answers: readonly (readonly [question: string, answer: string])[];
  readonly read: readonly Diagnostic[];
  readonly diagnostics: readonly Diagnostic[];
  readonly said: readonly Said[];
}

type SavedMacroFile = readonly [packageName: string, text: string, macros: SavedMacros];

interface Opened {
  readonly head: Head;
  readonly file: PartedFile;
}

/**
 * The last parse kept whole in the target folder, as `whole_parse.eider`, so that a command before which nothing changed neither links nor renders.
 * `isChanged`: whether anything was parsed anew, for what changes from one command to the next is not worth its writing.
 */
export function createSavedWholes(
  seal: string,
  environment: JinjaEnvironment,
  isChanged: () => boolean,
): Wholes & { readonly open: (folder: string | null) => void } {
  const title = `eider whole parse ${format} ${seal}`;
  let file: string | null = null;
  let looksOfRead: () => string | null = () => null;
  let read: readonly Diagnostic[] = [];
  let opened: Opened | null = null;
  return {
    open: (folder) => {
      file = folder === null ? null : join(folder, 'whole_parse.eider');
      opened = null;
    },
    filesFound: (found) => {
      opened = file === null ? null : openHead(file, title);
      if (opened !== null && opened.head.looks !== found()) opened = null;
      return opened?.head.read ?? null;
    },
    filesRead: (found, looks) => {
      read = found;
      looksOfRead = looks;
    },
    find: (basis) => (opened === null || !holds(opened.head, basis) ? null : kept(opened, basis, environment)),
    keep: async (parse, texts) => {
      if (file === null || isChanged() || hasErrors([...read, ...parse.diagnostics])) return;
      const looks = looksOfRead();
      const parts = looks === null ? null : wholeParts({ looks, read, parse, texts });
      if (parts !== null) await writeParts(file, title, parts);
    },
  };
}

function openHead(file: string, title: string): Opened | null {
  const parts = openParts(file, title);
  const head = parts?.text('head') ?? null;
  return parts === null || head === null ? null : { head: fromPlainJson(head) as Head, file: parts };
}

function holds(head: Head, { answer, key, startedAt }: WholeBasis): boolean {
  const now = startedAt.getTime();
  if (head.key !== key || now < head.startedAt || (head.until !== null && now >= head.until)) return false;
  return head.answers.every(([question, before]) => answer(question) === before);
}

/** Moments of records are their parse's: what is kept gets those of now. */
function kept({ file, head }: Opened, { startedAt }: WholeBasis, environment: JinjaEnvironment): KeptWhole {
  const { diagnostics, said, startedAt: before } = head;
  const [then, now] = [before, startedAt.getTime()].map((time) => time / 1000);
  return {
    diagnostics,
    said,
    manifest: () => {
      const json = file.text('manifest');
      if (json === null) return null;
      const manifest = fromPlainJson(json) as Manifest;
      for (const record of recordsOf(manifest))
        if (record !== null && record.created_at === then) record.created_at = now;
      return manifest;
    },
    origins: () => new Map(JSON.parse(file.text('origins') ?? '[]') as [string, Place][]),
    macroFiles: () => {
      const json = file.text('macros');
      if (json === null) return null;
      return (fromPlainJson(json) as SavedMacroFile[]).map(([packageName, text, saved]) => {
        return { packageName, ...restoredMacros(saved, text, environment) };
      });
    },
    text: (name) => {
      const bytes = file.part(`text ${name}`);
      return bytes && replaced(bytes, moment(then), moment(now));
    },
  };
}

/** How the moment of a record stands in its JSON. */
function moment(seconds: number | undefined): string {
  return `"created_at":${seconds}`;
}

/** Bytes in which a text of ASCII is another. */
function replaced(bytes: Buffer, before: string, after: string): Buffer {
  const [sought, put] = [Buffer.from(before), Buffer.from(after)];
  const pieces: Buffer[] = [];
  let end = 0;
  for (let at = bytes.indexOf(sought); at >= 0; at = bytes.indexOf(sought, end)) {
    pieces.push(bytes.subarray(end, at), put);
    end = at + sought.length;
  }
  return Buffer.concat([...pieces, bytes.subarray(end)]);
}

/** Everything in a manifest that may have a moment. */
function recordsOf(manifest: Manifest): ({ created_at?: unknown } | null)[] {
  return Object.values(manifest).flatMap((all) => Object.values(all as Record<string, object>).flat());
}

interface Keeping {
  readonly looks: string;
  readonly read: readonly Diagnostic[];
  readonly parse: NewWhole;
  readonly texts: Readonly<Record<string, string>>;
}

/** Null for a parse that holds what is no data, or moments that cannot be told from other numbers. */
function wholeParts({ looks, read, parse, texts }: Keeping): Readonly<Record<string, Uint8Array>> | null {
  const { basis, diagnostics, manifest, origins, questions, said } = parse;
  const startedAt = basis.startedAt.getTime();
  const json = plainJsonOrNull(manifest);
  if (json === null || !isMomentOnly(json, manifest, startedAt / 1000)) return null;
  const answers = Array.from(questions(), (question) => [question, basis.answer(question)] as const);
  const until = nextDeprecation(manifest, startedAt);
  const about = { looks, key: basis.key, startedAt, until, answers, read, diagnostics, said };
  const head = plainJsonOrNull(about satisfies Head);
  if (head === null) return null;
  const macros = parse.macroFiles().map((file): SavedMacroFile => [file.packageName, file.text, savedMacros(file)]);
  const named = Object.entries(texts).map(([name, text]) => [`text ${name}`, text] as const);
  const own = { head, manifest: json, origins: JSON.stringify([...origins]), macros: plainJson(macros) };
  const all = [...Object.entries(own), ...named];
  const encoder = new TextEncoder();
  return Object.fromEntries(all.map(([name, text]) => [name, encoder.encode(text)]));
}

/** Whether just the records have the moment of the parse: a user's own number of that name would be changed with them. */
function isMomentOnly(json: string, manifest: Manifest, startedAt: number): boolean {
  const made = recordsOf(manifest).filter((record) => record?.created_at === startedAt);
  return json.split(moment(startedAt)).length - 1 === made.length;
}

/** A model whose date passes is told of. */
function nextDeprecation({ nodes }: Manifest, now: number): number | null {
  const dates = Object.values(nodes).flatMap((node) =>
    node.resource_type === 'model' && node.deprecation_date !== null ? [Date.parse(node.deprecation_date)] : [],
  );
  const next = Math.min(...dates.filter((date) => date >= now));
  return Number.isFinite(next) ? next + 1 : null;
}
