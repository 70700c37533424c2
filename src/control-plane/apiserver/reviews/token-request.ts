// serviceaccounts/token: issues a token for a ServiceAccount, perhaps bound to an object that must live as long.
// See https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/

import { tokenRequest } from '../../../api/authentication/v1/token-request.ts';
import type { TokenRequest } from '../../../api/authentication/v1/token-request.ts';
import { node as nodeKind } from '../../../api/core/v1/node.ts';
import { pod as podKind } from '../../../api/core/v1/pod.ts';
import { secret as secretKind } from '../../../api/core/v1/secret.ts';
import { serviceAccount as serviceAccountKind } from '../../../api/core/v1/service-account.ts';
import { applyDefaults } from '../../../machinery/defaulting.ts';
import { FieldPath } from '../../../machinery/field-path.ts';
import type { Kind, KubeObject } from '../../../machinery/kind.ts';
import { invalid } from '../../../machinery/problem.ts';
import type { Problem } from '../../../machinery/problem.ts';
import type { Draft } from '../../../machinery/schema.ts';
import { badRequestError, conflictError, forbiddenError, invalidError, notFoundError } from '../../../machinery/status-error.ts';
import { printTime } from '../../../machinery/timestamp.ts';
import type { ApiRequest, ApiResponse } from '../../../server/api-request.ts';
import { decodeObject } from '../../../server/decode-body.ts';
import type { ServerParts } from '../../../server/scope.ts';
import type { Lookups } from '../../../server/lookups.ts';
import type { ActionSubresource } from '../../../server/strategy.ts';
import { nodeOf } from '../authz/node-authorizer.ts';
import type { ServiceAccountTokens, TokenSubject } from '../authn/service-account-tokens.ts';

const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 600;
const MAX_SECONDS = 2 ** 32;

const accounts = { group: '', resource: 'serviceaccounts' };

function expirationProblems(seconds: number): Problem[] {
  const at = FieldPath.root.child('spec', 'expirationSeconds');
  if (seconds < MIN_SECONDS) return [invalid(at, seconds, 'may not specify a duration less than 10 minutes')];
  return seconds > MAX_SECONDS ? [invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds')] : [];
}

type Bound = Pick<TokenSubject, 'pod' | 'secret' | 'node'>;
interface Named {
  readonly name: string;
  readonly uid: string;
}

const BINDABLE: Readonly<Record<string, { readonly kind: Kind; readonly resource: string; readonly field: keyof Bound }>> = {
  'v1/Pod': { kind: podKind as Kind, resource: 'pods', field: 'pod' },
  'v1/Secret': { kind: secretKind as Kind, resource: 'secrets', field: 'secret' },
  'v1/Node': { kind: nodeKind as Kind, resource: 'nodes', field: 'node' },
};

const named = ({ metadata }: KubeObject): Named => ({ name: metadata.name ?? '', uid: metadata.uid ?? '' });

async function boundTo(
  request: Draft<TokenRequest>,
  namespace: string,
  account: string,
  lookups: Lookups,
  signal: AbortSignal,
): Promise<Bound> {
  const reference = request.spec.boundObjectRef;
  if (reference === undefined) return {};
  const bindable = BINDABLE[`${reference.apiVersion}/${reference.kind}`];
  if (bindable === undefined)
    throw badRequestError(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to ${reference.apiVersion}, Kind=${reference.kind}`,
    );
  const { kind, resource, field } = bindable;
  const name = reference.name ?? '';
  const found = await lookups.live(kind, kind.scope === 'Namespaced' ? namespace : '', name, signal);
  if (found === undefined) throw notFoundError({ group: '', resource }, name);
  if (reference.uid !== undefined && reference.uid !== found.metadata.uid) {
    throw conflictError(
      { group: '', resource },
      name,
      `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  if (field !== 'pod') return { [field]: named(found) };
  const { spec } = found as KubeObject & { spec: { serviceAccountName?: string; nodeName?: string } };
  if (spec.serviceAccountName !== account) {
    throw badRequestError(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
    );
  }
  const node = spec.nodeName === undefined ? undefined : await lookups.live(nodeKind, '', spec.nodeName, signal);
  return { pod: named(found), ...(node === undefined ? {} : { node: named(node) }) };
}

/** Why a node may not have this token: it gets those of Pods that it runs, each bound to its Pod. */
function nodeProblem({ spec }: Draft<TokenRequest>, node: string | undefined, namespace: string, lookups: Lookups): string | undefined {
  if (node === undefined) return undefined;
  const reference = spec.boundObjectRef;
  if (reference?.apiVersion !== 'v1' || reference.kind !== 'Pod' || (reference.name ?? '') === '')
    return 'node requested token not bound to a pod';
  if ((reference.uid ?? '') === '') return 'node requested token with a pod binding without a uid';
  const pod = lookups.cached(podKind, namespace, reference.name ?? '');
  return pod !== undefined && pod.spec.nodeName !== node ? 'node requested token bound to a pod scheduled on a different node' : undefined;
}

/** The `token` subresource of ServiceAccounts. */
export function tokenSubresource(tokens: ServiceAccountTokens): ActionSubresource {
  return {
    kind: 'action',
    verbs: ['create'],
    responds: tokenRequest as Kind,
    async handle(request: ApiRequest, { lookups }: ServerParts): Promise<ApiResponse> {
      const { namespace, name } = request.info;
      const asked = decodeObject(request.body, tokenRequest as Kind).object as Draft<TokenRequest>;
      applyDefaults(tokenRequest, asked);
      const account = await lookups.live(serviceAccountKind, namespace, name, request.signal);
      if (account === undefined) throw notFoundError(accounts, name);
      const seconds = Number(asked.spec.expirationSeconds ?? DEFAULT_SECONDS);
      const problems = expirationProblems(seconds);
      if (problems.length > 0) throw invalidError(tokenRequest, '', problems);
      const problem = nodeProblem(asked, nodeOf(request.user), namespace, lookups);
      if (problem !== undefined) throw forbiddenError(accounts, name, problem);
      const bound = await boundTo(asked, namespace, name, lookups, request.signal);
      const { token, expiresMs } = tokens.issue({ namespace, serviceAccount: named(account), ...bound }, asked.spec.audiences, seconds);
      const object = {
        ...asked,
        kind: tokenRequest.kind,
        apiVersion: tokenRequest.apiVersion,
        metadata: { ...asked.metadata, name, namespace, creationTimestamp: printTime(expiresMs - seconds * 1000) },
        spec: {
          ...asked.spec,
          audiences: asked.spec.audiences.length === 0 ? [...tokens.defaultAudiences] : asked.spec.audiences,
          expirationSeconds: seconds,
        },
        status: { token, expirationTimestamp: printTime(expiresMs) },
      };
      return { status: 201, body: { kind: 'object', of: tokenRequest as Kind, object } };
    },
  };
}
