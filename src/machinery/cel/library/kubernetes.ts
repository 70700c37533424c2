// The environments that expressions run in: the bare language, and Kubernetes' at 1.36.

import { createEnvironment, extendEnvironment } from '../environment.ts';
import type { Environment, EnvironmentOptions } from '../environment.ts';
import { addresses, CIDR_TYPE, IP_TYPE } from './addresses.ts';
import { authorizer, AUTHORIZER_TYPE } from './authorizer.ts';
import { conversions } from './conversions.ts';
import { FORMAT_TYPE, formats } from './formats.ts';
import { extendedLists, lists } from './lists.ts';
import { optionals } from './optionals.ts';
import { quantities, QUANTITY_TYPE } from './quantities.ts';
import { regex } from './regex.ts';
import { sets } from './sets.ts';
import { standardLibrary } from './standard.ts';
import { strings } from './strings.ts';
import { times } from './times.ts';
import { URL_TYPE, urls } from './urls.ts';
import { SEMVER_TYPE, versions } from './versions.ts';

/** The language with its own functions and optional values. */
export const standardEnvironment: Environment = createEnvironment({ functions: [standardLibrary, conversions, times, optionals] });

/** What every expression in a Kubernetes API may use. */
export const kubernetesEnvironment: Environment = extendEnvironment(standardEnvironment, {
  functions: [urls, regex, lists, quantities, strings, sets, addresses, formats, versions, extendedLists, authorizer],
  validateLiterals: true,
  types: [URL_TYPE, QUANTITY_TYPE, IP_TYPE, CIDR_TYPE, FORMAT_TYPE, SEMVER_TYPE, AUTHORIZER_TYPE],
});

/** Kubernetes' environment with a caller's own variables and types. */
export const environmentWith = (options: EnvironmentOptions): Environment => extendEnvironment(kubernetesEnvironment, options);
