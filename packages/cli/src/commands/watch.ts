import type { CommandAction } from '../invoked.ts';
import { watchSession } from '../watch/watch-session.ts';

/** `watch`: builds, tests and publishes what each save changed. */
export const watch: CommandAction = watchSession;
