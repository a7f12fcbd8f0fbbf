/** The places of the commit protocol where a kill would leave something half done. Each is passed right after the step of that name. */
export type FaultPoint =
  | 'finish'
  | 'sync'
  | 'check'
  | 'entry'
  | 'aliases'
  | 'catalog'
  | 'published'
  | 'live'
  | 'retention';
