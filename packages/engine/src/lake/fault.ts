/**
 * The places where a kill would leave something half done, in the order in which a build that commits passes them. Each is passed right after the step of
 * that name: `begin` (heartbeat and `build.json` put), `seal` (files synced), `finish` (generation object put), `sync` (all of it durable, and the project's facts), `check`
 * (conflicts looked for), `entry` (the commit point), `log` (the log of one Delta table shows it), `alias` (one location shows it), `aliases`, `catalog`, `published`, `live`, `settled` (steps 5 to 8 recorded),
 * `expired` (generations over their time deleted), `dead` (what dead builds left deleted), `forgotten` (heartbeats of the dead deleted), `catalogs`, `swept`,
 * `retention` (all of retention recorded), `end` (what was not committed deleted).
 */
export const faultPoints = [
  'begin',
  'seal',
  'finish',
  'sync',
  'check',
  'entry',
  'log',
  'alias',
  'aliases',
  'catalog',
  'published',
  'live',
  'settled',
  'expired',
  'dead',
  'forgotten',
  'catalogs',
  'swept',
  'retention',
  'end',
] as const;

export type FaultPoint = (typeof faultPoints)[number];

/** Called at each point; a test throws here, or never answers, to play a crash. */
export type Fault = (point: FaultPoint) => Promise<void> | void;
