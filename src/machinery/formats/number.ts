// Numbers with bounds, and percentages.

import { rangeMessage, regexMessage } from './messages.ts';

const MAX_ID = 2_147_483_647;
const PERCENT = '[0-9]+%';
const percentPattern = new RegExp(`^${PERCENT}$`);

/** A number between two bounds, both allowed. */
export const checkInRange = (value: number, lowest: number, highest: number): string[] =>
  value >= lowest && value <= highest ? [] : [rangeMessage(lowest, highest)];

/** A numeric user id. */
export const checkUserId = (id: number): string[] => checkInRange(id, 0, MAX_ID);

/** A numeric group id. */
export const checkGroupId = (id: number): string[] => checkInRange(id, 0, MAX_ID);

/** Digits and a percent sign. */
export const checkPercent = (percent: string): string[] =>
  percentPattern.test(percent)
    ? []
    : [regexMessage("a valid percent string must be a numeric string followed by an ending '%'", PERCENT, '1%', '93%')];
