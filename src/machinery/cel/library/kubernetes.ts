// The environments that expressions run in: the bare language, and Kubernetes' at 1.36.

import { createEnvironment, extendEnvironment } from '../environment.ts';
import type { Environment, EnvironmentOptions } from '../environment.ts';
import { conversions } from './conversions.ts';
import { optionals } from './optionals.ts';
import { sets } from './sets.ts';
import { standardLibrary } from './standard.ts';
import { strings } from './strings.ts';
import { times } from './times.ts';

/** The language with its own functions and optional values. */
export const standardEnvironment: Environment = createEnvironment({ functions: [standardLibrary, conversions, times, optionals] });

/** What every expression in a Kubernetes API may use. */
export const kubernetesEnvironment: Environment = extendEnvironment(standardEnvironment, { functions: [strings, sets] });

/** Kubernetes' environment with a caller's own variables and types. */
export const environmentWith = (options: EnvironmentOptions): Environment => extendEnvironment(kubernetesEnvironment, options);
