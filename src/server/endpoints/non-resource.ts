// Routes what is no API resource: discovery, OpenAPI, health, version, metrics, and the index of all paths.

import { MEDIA_TYPES } from '../http/negotiation.ts';
import type { ApiRequest, ApiResponse, Handler } from '../api-request.ts';
import { noSuchPath } from './discovery.ts';
import type { DiscoveryEndpoint } from './discovery.ts';
import { answerHealth } from './health.ts';
import type { HealthChecks } from './health.ts';
import { answerVersion } from './version.ts';
import type { VersionInfo } from './version.ts';

/** A handler of its own for one path or everything below it. */
export interface Endpoint {
  /** `/metrics`, or `/openapi/` for everything below. */
  readonly path: string;
  handle(request: ApiRequest): Promise<ApiResponse | undefined> | ApiResponse | undefined;
}

export interface NonResourceOptions {
  readonly discovery: DiscoveryEndpoint;
  readonly health: HealthChecks;
  readonly version: VersionInfo;
  readonly endpoints: readonly Endpoint[];
  /** Group versions served, for the index at `/`. */
  readonly groupVersions: () => readonly string[];
}

const READ = new Set(['GET', 'HEAD']);

/** The handler of everything that is no resource. */
export function createNonResourceHandler(options: NonResourceOptions): Handler {
  return async (request) => {
    const answer = READ.has(request.method) ? await route(request, options) : undefined;
    if (answer === undefined) throw noSuchPath();
    return answer;
  };
}

async function route(request: ApiRequest, options: NonResourceOptions): Promise<ApiResponse | undefined> {
  const { path } = request.info;
  if (path === '/') return index(options);
  if (path === '/version' || path === '/version/') return answerVersion(options.version);
  for (const endpoint of options.endpoints) {
    const matches = endpoint.path.endsWith('/') ? path.startsWith(endpoint.path) : path === endpoint.path;
    const answer = matches ? await endpoint.handle(request) : undefined;
    if (answer !== undefined) return answer;
  }
  return options.discovery.answer(request) ?? answerHealth(request, options.health);
}

function index({ groupVersions, endpoints, health }: NonResourceOptions): ApiResponse {
  const checks = (['livez', 'readyz'] as const).flatMap((name) => [
    `/${name}`,
    `/${name}/ping`,
    ...health[name].map((check) => `/${name}/${check.name}`),
  ]);
  const paths = [
    '/api',
    '/apis',
    ...groupVersions(),
    '/healthz',
    ...checks,
    '/version',
    ...endpoints.map(({ path }) => path.replace(/\/$/, '')),
  ];
  const bytes = Buffer.from(JSON.stringify({ paths: [...new Set(paths)].toSorted() }, undefined, 2));
  return { status: 200, body: { kind: 'bytes', contentType: MEDIA_TYPES[0] ?? '', bytes } };
}
