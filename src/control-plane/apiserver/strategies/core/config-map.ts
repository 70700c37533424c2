// ConfigMap: plain data, nothing is reset.

import { configMap } from '../../../../api/core/v1/config-map.ts';
import { resource } from '../resource.ts';

export const configMapStrategy = resource(configMap);
