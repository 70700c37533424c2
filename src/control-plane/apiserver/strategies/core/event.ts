// How an Event is written, in whichever of its two groups: it lives for an hour.

import { event } from '../../../../api/core/v1/event.ts';
import { resource } from '../resource.ts';

const LIFETIME_SECONDS = 3600;

export const eventStrategy = resource(event, { allowsCreateOnUpdate: true, ttlSeconds: () => LIFETIME_SECONDS });
