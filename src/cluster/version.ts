// Which Kubernetes Tyke speaks, as /version and nodes report it.

import type { VersionInfo } from '../server/endpoints/version.ts';

/** The release of Kubernetes whose API this is. */
export const KUBERNETES_VERSION = 'v1.36.3';

export const TYKE_VERSION: VersionInfo = {
  major: '1',
  minor: '36',
  gitVersion: `${KUBERNETES_VERSION}+tyke`,
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'node',
  platform: 'linux/amd64',
};
