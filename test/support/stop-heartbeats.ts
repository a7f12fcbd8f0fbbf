import { afterEach, beforeEach, vi } from 'vitest';

/** In each test of a file heartbeats stand still: those of what was cut off go on no more, as a killed process's do not. */
export function stopHeartbeats(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });
}
