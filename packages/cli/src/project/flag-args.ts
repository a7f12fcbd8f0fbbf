import type { Flags } from '../flags/flags.ts';
import { sampleText } from '../flags/sample.ts';

/** The flags of a command as dbt writes them into `run_results.json`. */
export function flagArgs(
  command: string,
  flags: Flags,
  argv: readonly string[],
  vars: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return {
    which: command,
    invocation_command: ['eider', ...argv].join(' '),
    select: [...flags.select, ...flags.models],
    exclude: flags.exclude,
    ...(flags.selector === undefined ? {} : { selector: flags.selector }),
    resource_types: flags.resourceTypes,
    exclude_resource_types: flags.excludeResourceTypes,
    indirect_selection: flags.indirectSelection,
    full_refresh: flags.fullRefresh,
    ...(flags.eventTimeStart === undefined ? {} : { event_time_start: momentText(flags.eventTimeStart) }),
    ...(flags.eventTimeEnd === undefined ? {} : { event_time_end: momentText(flags.eventTimeEnd) }),
    fail_fast: flags.failFast,
    store_failures: flags.storeFailures,
    ...(flags.threads === undefined ? {} : { threads: flags.threads }),
    ...(flags.target === undefined ? {} : { target: flags.target }),
    ...(flags.profile === undefined ? {} : { profile: flags.profile }),
    ...(flags.takeOver ? { take_over: true } : {}),
    ...(flags.withCandidates ? { with_candidates: true } : {}),
    ...(flags.state === undefined ? {} : { state: flags.state }),
    defer: flags.defer,
    favor_state: flags.favorState,
    ...(flags.deferState === undefined ? {} : { defer_state: flags.deferState }),
    ...(flags.deferTarget === undefined ? {} : { defer_target: flags.deferTarget }),
    empty: flags.empty,
    ...(flags.sample === undefined ? {} : { sample: sampleText(flags.sample) }),
    vars,
    log_format: flags.logFormat ?? 'default',
    log_level: flags.logLevel ?? 'info',
    log_format_file: flags.logFormatFile ?? flags.logFormat ?? 'debug',
    log_level_file: flags.logLevelFile ?? flags.logLevel ?? 'debug',
    log_file_max_bytes: flags.logFileMaxBytes,
    print: flags.print,
    quiet: flags.quiet,
    printer_width: flags.printerWidth,
    write_json: flags.writeJson,
    warn_error: flags.warnError,
    introspect: flags.introspect,
  };
}

/** As dbt writes a moment of its command line. */
function momentText(moment: Date): string {
  return moment.toISOString().slice(0, 19);
}
