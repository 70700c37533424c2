// Says to the process that its end is a stop (Pods end too), not a restart (they stay).

/** A file of this name in the data folder, written before the signal is sent. */
export const STOP_MARKER = 'stopping';
