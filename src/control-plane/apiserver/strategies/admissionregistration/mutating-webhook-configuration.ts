// How a MutatingWebhookConfiguration is written: what is reset, kept and counted.

import { mutatingWebhookConfiguration } from '../../../../api/admissionregistration/v1/mutating-webhook-configuration.ts';
import { resource } from '../resource.ts';

export const mutatingWebhookConfigurationStrategy = resource(mutatingWebhookConfiguration, {
  bumpsGeneration: ['webhooks'],
  allowsUnconditionalUpdate: false,
});
