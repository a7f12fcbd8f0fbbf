/** Ends a command whose failure has been reported already. */
export class ReportedFailure extends Error {
  readonly exitCode: 1 | 2;

  constructor(exitCode: 1 | 2) {
    super('The command failed; its findings were reported.');
    this.name = 'ReportedFailure';
    this.exitCode = exitCode;
  }
}
