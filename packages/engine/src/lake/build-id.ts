/** A build's id, which sorts by time: `20261121T091205123Z-<random>`. */
export function buildId(now: Date, random: string): string {
  return `${now.toISOString().replace(/[-:.]/g, '')}-${random}`;
}

/** The build whose id, plain or not, a file or folder name begins with; undefined for a name that eider did not give. */
export function buildOfName(name: string): string | undefined {
  const [, time, random, plain] = /^(\d{8}T\d{9}Z)(?:-([0-9a-zA-Z]+)-|X([0-9a-z]+)X)/.exec(name) ?? [];
  return time === undefined ? undefined : `${time}-${random ?? plain}`;
}
