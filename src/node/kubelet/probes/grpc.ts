// The gRPC probe: grpc.health.v1.Health/Check must answer SERVING.

import { Client, credentials, Metadata, status as codes } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';

import type { Clock } from '../../../base/clock.ts';
import { printDurationMs } from '../../../machinery/duration.ts';
import type { ProbeOutcome, ProbeTarget } from './outcome.ts';
import { failure, joinHostPort, success, within } from './outcome.ts';

const METHOD = '/grpc.health.v1.Health/Check';
const STATUSES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const SERVING = 1;

/** HealthCheckRequest { string service = 1 }. */
function encodeRequest(service: string): Buffer {
  const name = Buffer.from(service);
  if (name.length === 0) return Buffer.alloc(0);
  const length: number[] = [];
  for (let rest = name.length; ; rest >>>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return Buffer.concat([Buffer.from([0x0a, ...length]), name]);
}

/** HealthCheckResponse { ServingStatus status = 1 }: one small number. */
const decodeResponse = (bytes: Buffer): number => (bytes[0] === 0x08 ? (bytes[1] ?? 0) : 0);

/** Asks once. */
export function probeGrpc(clock: Clock, service: string, target: ProbeTarget): Promise<ProbeOutcome> {
  const address = joinHostPort(target.host, target.port);
  const took = printDurationMs(target.timeoutMs);
  const late = failure(`timeout: failed to connect service "${address}" within ${took}: context deadline exceeded`);
  return within(clock, target.timeoutMs, late, (signal) => {
    const client = new Client(address, credentials.createInsecure(), {
      'grpc.primary_user_agent': 'kube-probe/1.36',
      'grpc.use_local_subchannel_pool': 1,
    });
    return new Promise<ProbeOutcome>((resolve) => {
      const call = client.makeUnaryRequest(METHOD, encodeRequest, decodeResponse, service, new Metadata(), (error, answer) => {
        resolve(error === null ? verdict(answer ?? 0) : failure(failureText(error, address, took)));
      });
      signal.addEventListener('abort', () => call.cancel(), { once: true });
    }).finally(() => client.close());
  });
}

const verdict = (answer: number): ProbeOutcome =>
  answer === SERVING ? success('service healthy') : failure(`service unhealthy (responded with "${STATUSES[answer] ?? answer}")`);

function failureText(error: ServiceError, address: string, took: string): string {
  switch (error.code) {
    case codes.UNIMPLEMENTED:
      return `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${error.details}`;
    case codes.DEADLINE_EXCEEDED:
      return `timeout: health rpc did not complete within ${took}`;
    case codes.UNAVAILABLE:
      return `timeout: failed to connect service "${address}" within ${took}: ${error.details}`;
    default:
      return `error: health rpc probe failed: rpc error: code = ${codes[error.code]} desc = ${error.details}`;
  }
}
