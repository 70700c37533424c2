// /version: which Kubernetes this server speaks.

import type { ApiResponse } from '../api-request.ts';

export interface VersionInfo {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
  readonly gitCommit: string;
  readonly gitTreeState: string;
  readonly buildDate: string;
  readonly goVersion: string;
  readonly compiler: string;
  readonly platform: string;
}

/** Answers /version. */
export function answerVersion(version: VersionInfo): ApiResponse {
  return {
    status: 200,
    body: { kind: 'bytes', contentType: 'application/json', bytes: Buffer.from(JSON.stringify(version, undefined, 2)) },
  };
}
