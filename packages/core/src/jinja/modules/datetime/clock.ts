import { takeChance } from '../../chance.ts';

/** The machine's clock, as templates read it. */
export function machineClock(): Date {
  takeChance();
  return new Date();
}
