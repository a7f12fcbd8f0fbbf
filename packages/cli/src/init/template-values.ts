import type { Host } from '../host.ts';
import type { TemplateValues } from './fill-template.ts';
import { cronCommand, unitCommand, unitPath } from './unit-quoting.ts';

export interface ValueOptions {
  readonly name: string;
  readonly profile: string;
  /** Absolute: where the project will be. */
  readonly folder: string;
  readonly host: Host;
}

/** How a person runs eider here: as they ran it just now. */
export function typedCommand(host: Host): string {
  return host.env.npm_command === 'exec' ? 'npx eider' : 'eider';
}

/** What the templates may ask for. Programs and folders are absolute: systemd and cron know neither this folder nor this PATH. */
export function templateValues({ name, profile, folder, host }: ValueOptions): TemplateValues {
  return {
    name,
    profile,
    command: typedCommand(host),
    user: host.user,
    unit_folder: unitPath(folder),
    unit_program: unitCommand(host.program),
    cron_folder: cronCommand([folder]),
    cron_program: cronCommand(host.program),
  };
}
