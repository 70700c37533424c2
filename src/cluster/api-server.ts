// Puts the API server together: store, generic core, Kubernetes' resources and rules, and the listeners in front.

import {
  boundKinds,
  createApiServerParts,
  createAuthenticator,
  createAdmission,
  createUnionAuthorizer,
  ServiceAccountTokens,
  TokenSigner,
} from '../control-plane/apiserver/index.ts';
import type { BoundObject, KubeletConnector, TrustedAuthorities } from '../control-plane/apiserver/index.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Random } from '../base/random.ts';
import { TaskScope } from '../base/abort.ts';
import { Client } from '../client/client.ts';
import type { Transport } from '../client/transport.ts';
import { printGroupVersion } from '../machinery/kind.ts';
import type { Handler } from '../server/api-request.ts';
import type { Authenticator } from '../server/authenticator.ts';
import { DiscoveryEndpoint } from '../server/endpoints/discovery.ts';
import type { HealthCheck } from '../server/endpoints/health.ts';
import type { Endpoint } from '../server/endpoints/non-resource.ts';
import { createNonResourceHandler } from '../server/endpoints/non-resource.ts';
import { openApiEndpoints } from '../server/endpoints/openapi.ts';
import { createInProcessTransport } from '../server/in-process-transport.ts';
import type { Lookups } from '../server/lookups.ts';
import { fieldManagement } from '../server/managed-fields/field-management.ts';
import { createServerMetrics, metricsEndpoint } from '../server/metrics/server-metrics.ts';
import type { ServerMetrics } from '../server/metrics/server-metrics.ts';
import { measuredStore } from '../server/metrics/store-metrics.ts';
import { RegistrySnapshot } from '../server/registry.ts';
import { openServerCore } from '../server/server-core.ts';
import type { ServerCore } from '../server/server-core.ts';
import type { User } from '../server/user.ts';
import type { Store } from '../store/store.ts';
import { GROUP_PRIORITIES } from './group-priorities.ts';
import { TYKE_VERSION } from './version.ts';

export interface ApiServerSettings {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The key that signs ServiceAccount tokens. */
  readonly tokenKey: { readonly privateKey: string; readonly publicKey: string };
  readonly serviceCidrs: readonly string[];
  readonly kubelets: KubeletConnector;
  /** Published for components and extension servers. */
  readonly trusted?: TrustedAuthorities;
  /** Where clients in the cluster reach this server. */
  readonly advertise: () => { readonly address: string; readonly port: number };
  /** Freezes shared objects; for tests. */
  readonly freeze?: boolean;
}

/** A running API server. Listeners are opened in front of `handle` by whoever wants sockets. */
export interface RunningApiServer {
  readonly core: ServerCore;
  readonly handle: Handler;
  readonly authenticator: Authenticator;
  readonly lookups: Lookups;
  /** What is shown at /metrics; listeners are handed its `requests`. */
  readonly metrics: ServerMetrics;
  /** A transport within the process, acting as `user`. */
  transportFor(user: User, userAgent: string): Transport;
  /** Resolves when everything that must exist in a new cluster does. */
  ready(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

const ISSUER = 'https://kubernetes.default.svc.cluster.local';

/** The API server's own identity for its loops. */
export const API_SERVER_USER: User = { name: 'system:apiserver', uid: '', groups: ['system:masters', 'system:authenticated'], extra: {} };

async function boundObjectExists(lookups: Lookups, object: BoundObject): Promise<boolean> {
  const kind = boundKinds[object.kind];
  const cached = lookups.cached(kind, object.namespace, object.name);
  if (cached?.metadata.uid === object.uid) return true;
  const live = await lookups.live(kind, object.namespace, object.name, new AbortController().signal);
  return live?.metadata.uid === object.uid;
}

/** Opens the server over a store; its caches are filled when this resolves. */
export async function startApiServer(settings: ApiServerSettings): Promise<RunningApiServer> {
  const { store, clock, random, logger, kubelets, serviceCidrs } = settings;
  const lateLookups: { value?: Lookups } = {};
  const tokens = new ServiceAccountTokens({
    signer: new TokenSigner(settings.tokenKey.privateKey, [settings.tokenKey.publicKey]),
    issuer: ISSUER,
    audiences: [ISSUER],
    clock,
    random,
    exists: async (object) => lateLookups.value !== undefined && boundObjectExists(lateLookups.value, object),
  });
  const parts = createApiServerParts({
    clock,
    random,
    logger,
    serviceCidrs,
    kubelets,
    advertise: settings.advertise,
    tokens,
    ...(settings.trusted === undefined ? {} : { trusted: settings.trusted }),
  });
  const late: { nonResource?: Handler; core?: ServerCore } = {};
  const metrics = createServerMetrics({
    clock,
    version: TYKE_VERSION,
    snapshot: () => late.core?.registry.current ?? RegistrySnapshot.of([]),
  });
  const core = await openServerCore({
    store: measuredStore(store, clock, metrics.registry),
    clock,
    random,
    logger,
    strategies: parts.strategies,
    admission: (lookups) => createAdmission({ lookups, clock, random }),
    authorizer: (lookups) => createUnionAuthorizer(lookups),
    ...fieldManagement,
    nonResource: (request) => (late.nonResource ?? (() => Promise.reject(new Error('the server is starting'))))(request),
    ...(settings.freeze === undefined ? {} : { freeze: settings.freeze }),
  });
  lateLookups.value = core.lookups;
  late.core = core;
  late.nonResource = nonResource(
    core,
    settings,
    [...openApiEndpoints(core.registry), ...identityEndpoints(tokens), metricsEndpoint(metrics.registry)],
    parts.readyz,
  );
  const scope = new TaskScope(new AbortController().signal, (error) => logger.error('a loop of the API server failed', { error }));
  const transportFor = (user: User, userAgent: string): Transport =>
    createInProcessTransport({ handle: core.handle, random, user, userAgent });
  const client = new Client(transportFor(API_SERVER_USER, 'kube-apiserver'));
  scope.start((signal) => parts.runLoops({ client, lookups: core.lookups, signal }));
  return {
    core,
    handle: core.handle,
    authenticator: createAuthenticator(tokens),
    lookups: core.lookups,
    metrics,
    transportFor,
    ready: (signal) => parts.bootstrapReady(signal),
    async close() {
      await scope.end();
      await core.close();
    },
  };
}

function nonResource(
  core: ServerCore,
  settings: ApiServerSettings,
  endpoints: readonly Endpoint[],
  readyz: readonly HealthCheck[],
): Handler {
  const { registry } = core;
  const serverAddress = (): string => `${settings.advertise().address}:${settings.advertise().port}`;
  return createNonResourceHandler({
    discovery: new DiscoveryEndpoint(registry, { groupPriorities: GROUP_PRIORITIES, serverAddress }),
    health: { livez: [], readyz },
    version: TYKE_VERSION,
    endpoints,
    groupVersions: () => [
      ...new Set(
        registry.current.served.map(({ kind }) =>
          kind.group === '' ? `/api/${kind.version}` : `/apis/${printGroupVersion(kind.group, kind.version)}`,
        ),
      ),
    ],
  });
}

/** With these, others can check ServiceAccount tokens by themselves. */
function identityEndpoints(tokens: ServiceAccountTokens): Endpoint[] {
  const json = (contentType: string, value: object) => () => ({
    status: 200,
    body: { kind: 'bytes' as const, contentType, bytes: Buffer.from(JSON.stringify(value)) },
  });
  const configuration = {
    issuer: ISSUER,
    jwks_uri: `${ISSUER}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: tokens.algorithms,
  };
  return [
    { path: '/.well-known/openid-configuration', handle: json('application/json', configuration) },
    { path: '/openid/v1/jwks', handle: json('application/jwk-set+json', tokens.keySet()) },
  ];
}
