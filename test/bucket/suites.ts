/** Suites of `test/` that are run once more with their projects' data in a bucket. */
export const suites: readonly string[] = [
  'e2e/clone',
  'e2e/compaction',
  'e2e/delta-feed',
  'e2e/delta-rules',
  'e2e/delta-tables',
  'e2e/delta-vectors',
  'e2e/example-project',
  'e2e/incremental',
  'e2e/landing',
  'e2e/night',
  'e2e/night-two-runs',
  'e2e/retry',
  'e2e/show',
  'e2e/snapshots',
  'e2e/watch',
  'e2e/watch-waves',
  'interop/delta',
  'interop/delta-models',
  'interop/delta-operations',
];

const untried = 'not held to a bucket yet';
const aboutTexts = 'about files of the project and texts for a person: no command of it has data';

/** The end-to-end suites that are not, each with its reason. */
export const elsewhere: Readonly<Record<string, string>> = {
  'e2e/ctrl-c': 'about a terminal',
  'e2e/debug': 'about this machine; what debug says of a bucket is in interop/homelab-minio, s3-lake and tls',
  'e2e/delta-killed': untried,
  'e2e/deps': aboutTexts,
  'e2e/ephemeral-failure': aboutTexts,
  'e2e/events': aboutTexts,
  'e2e/full-disk': 'about a full disk; interop/s3-faults has a server that refuses',
  'e2e/history': 'expects the paths of a disk',
  'e2e/homelab': 'interop/homelab-minio has the project in a bucket',
  'e2e/init': 'interop/templates-in-a-bucket and delta-in-a-bucket have the templates there',
  'e2e/kill': 'interop/crash-s3 and s3-sequences cut builds off in a bucket',
  'e2e/kill-points': 'interop/crash-s3 cuts every command off at its steps in a bucket',
  'e2e/messages': aboutTexts,
  'e2e/mistakes': aboutTexts,
  'e2e/model-sequences': untried,
  'e2e/night-hooks': untried,
  'e2e/night-memory': 'about the memory and the disk of this machine',
  'e2e/other-states': untried,
  'e2e/own-sources': untried,
  'e2e/partial-parse': aboutTexts,
  'e2e/readers': 'interop/hosts has readers beside builds in a bucket',
  'e2e/retention': 'about rights of files and names on a disk; interop/s3-lake and crash-s3 have retention in a bucket',
  'e2e/threads': 'about threads',
};
