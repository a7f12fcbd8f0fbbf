let taken = 0;

/** Told whenever a template gets what another render would not get: the time of day, a random choice, the address of an object. */
export function takeChance(): void {
  taken += 1;
}

/** How often that happened in this process: two equal counts say that a render in between can be repeated. */
export function chancesTaken(): number {
  return taken;
}
