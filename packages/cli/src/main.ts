import { eiderVersion } from './version.ts';

/**
 * Runs one command line and sets `process.exitCode`: 0 where all went well (warnings too), 1 where a node or test failed, 2 where the command
 * could not run at all; after SIGTERM and SIGHUP it ends by that signal. Everything else is loaded when it is needed, so that `--version` costs no more than starting node.
 */
export async function main(argv: readonly string[]): Promise<void> {
  if (argv.length === 1 && ['--version', '-v', '-V'].includes(argv[0] ?? '')) {
    process.stdout.write(`eider ${eiderVersion()}\n`);
    return;
  }
  const { processHost } = await import('./host.ts');
  const { runProgram } = await import('./program.ts');
  const host = processHost();
  const code = await runProgram(argv, host);
  // Written streams fail a moment later.
  await new Promise((resolve) => setImmediate(resolve));
  process.exitCode = code === 0 && host.isOutputLost?.() === true ? 1 : code;
  if (code > 128) host.exit(code);
}
