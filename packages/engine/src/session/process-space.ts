import { readFile, readlink } from 'node:fs/promises';

/** Names the boot and the pid namespace of this process (Linux); null elsewhere. A process id means something in the same one alone. */
export async function processSpace(): Promise<string | null> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`;
  } catch {
    return null;
  }
}

/** When a process of this machine was started, in the kernel's own count: with its id it names it for good. Null for one that ended; undefined where nobody can tell. */
export async function processStart(pid: number): Promise<string | null | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may hold spaces and brackets. One that ended and that nobody has asked for yet runs no more.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : fields[19];
  } catch {
    return undefined;
  }
}

/** Whether a process of this machine runs. */
export function processLives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
