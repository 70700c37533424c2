export const internalPodSpec = (value: unknown): unknown => value;
export const internalEphemeralContainer = (value: unknown): unknown => value;
