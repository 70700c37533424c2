// CRI runtime.v1: commands run in a container, and the addresses of the streams to it.

import type { Input, Output } from '../schema.ts';
import { bool, bytes, int32, int32s, int64, message, string, strings } from '../schema.ts';

export const execSyncRequest = message('ExecSyncRequest', { containerId: string(1), cmd: strings(2), timeout: int64(3) });
export interface ExecSyncRequest extends Input<typeof execSyncRequest> {}

export const execSyncResponse = message('ExecSyncResponse', { stdout: bytes(1), stderr: bytes(2), exitCode: int32(3) });
export interface ExecSyncResponse extends Output<typeof execSyncResponse> {}

export const execRequest = message('ExecRequest', {
  containerId: string(1),
  cmd: strings(2),
  tty: bool(3),
  stdin: bool(4),
  stdout: bool(5),
  stderr: bool(6),
});
export interface ExecRequest extends Input<typeof execRequest> {}

export const execResponse = message('ExecResponse', { url: string(1) });
export interface ExecResponse extends Output<typeof execResponse> {}

export const attachRequest = message('AttachRequest', {
  containerId: string(1),
  stdin: bool(2),
  tty: bool(3),
  stdout: bool(4),
  stderr: bool(5),
});
export interface AttachRequest extends Input<typeof attachRequest> {}

export const attachResponse = message('AttachResponse', { url: string(1) });
export interface AttachResponse extends Output<typeof attachResponse> {}

export const portForwardRequest = message('PortForwardRequest', { podSandboxId: string(1), port: int32s(2) });
export interface PortForwardRequest extends Input<typeof portForwardRequest> {}

export const portForwardResponse = message('PortForwardResponse', { url: string(1) });
export interface PortForwardResponse extends Output<typeof portForwardResponse> {}
