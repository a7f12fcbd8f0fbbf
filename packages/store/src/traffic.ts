import { AsyncLocalStorage } from 'node:async_hooks';

/** What was asked of servers: tries of requests, and the bytes of their bodies. */
export interface Traffic {
  readonly requests: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Milliseconds from a try to its last byte, summed: of two at once, both count. */
  readonly requestMs: number;
}

/** Counts traffic. */
export interface Meter {
  total(): Traffic;
  add(more: Traffic): void;
}

const current = new AsyncLocalStorage<Meter>();

function newMeter(): Meter {
  let sum: Traffic = { requests: 0, bytesSent: 0, bytesReceived: 0, requestMs: 0 };
  return {
    total: () => sum,
    add: (more) => {
      sum = {
        requests: sum.requests + more.requests,
        bytesSent: sum.bytesSent + more.bytesSent,
        bytesReceived: sum.bytesReceived + more.bytesReceived,
        requestMs: sum.requestMs + more.requestMs,
      };
    },
  };
}

/** A meter for each name. */
export interface Meters {
  of(name: string): Meter;
  /** What was counted for a name since it was last taken. */
  take(name: string): Traffic;
}

export function newMeters(): Meters {
  const meters = new Map<string, Meter>();
  const meterOf = (name: string): Meter => {
    const meter = meters.get(name) ?? newMeter();
    meters.set(name, meter);
    return meter;
  };
  return {
    of: meterOf,
    take: (name) => {
      const counted = meterOf(name).total();
      meters.delete(name);
      return counted;
    },
  };
}

/** Does work, whose requests are counted by the meter: those of all that it begins, however late they come. */
export function metered<T>(meter: Meter, work: () => T): T {
  return current.run(meter, work);
}

/** Counts a try of a request that came to an end, for whoever asked for it. */
export function countTry(of: Omit<Traffic, 'requests'>): void {
  current.getStore()?.add({ requests: 1, ...of });
}
