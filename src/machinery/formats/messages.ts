// The sentences that format checks share.

export const maxLengthMessage = (length: number): string => `must be no more than ${length} characters`;

/** Label keys and values count bytes, and say so. */
export const maxBytesMessage = (length: number): string => `must be no more than ${length} bytes`;

export const emptyMessage = (): string => 'must be non-empty';

export const rangeMessage = (lowest: number, highest: number): string => `must be between ${lowest} and ${highest}, inclusive`;

/** `message`, with examples and the regular expression that refused the value; the two spaces before `or` are upstream's. */
export function regexMessage(message: string, format: string, ...examples: readonly string[]): string {
  if (examples.length === 0) return `${message} (regex used for validation is '${format}')`;
  return `${message} (e.g. ${examples.map((example) => `'${example}'`).join(',  or ')}, regex used for validation is '${format}')`;
}
