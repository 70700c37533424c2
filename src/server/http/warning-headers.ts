// Warnings as header values: quoted, in UTF-8, each once, and never so many that the answer's headers are refused.
//
// W1. Every value may stand in a header: control characters are escaped, other characters are the bytes of their UTF-8.

import { Buffer } from 'node:buffer';

/** Above so many characters in all, each warning is cut. */
const MAX_TOTAL = 4096;
const MAX_WHEN_CUT = 256;

/** The value of one header (W1). Node writes header values byte by byte, so UTF-8 is handed over as such. */
function valueOf(text: string): string {
  return Buffer.from(`299 - ${JSON.stringify(text)}`.replaceAll('\u007f', '\\u007f'), 'utf8').toString('latin1');
}

/** The warnings of one answer. */
export class WarningHeaders {
  readonly #texts = new Set<string>();
  #total = 0;

  add(text: string): void {
    if (text === '' || this.#texts.has(text)) return;
    // What would be cut away needs no room.
    if (this.#texts.size >= MAX_TOTAL) return;
    this.#texts.add(text);
    this.#total += text.length;
  }

  get empty(): boolean {
    return this.#texts.size === 0;
  }

  /** Values in the order in which the warnings came. */
  get values(): string[] {
    const whole = [...this.#texts];
    if (this.#total <= MAX_TOTAL) return whole.map(valueOf);
    const values: string[] = [];
    let left = MAX_TOTAL;
    for (const text of whole) {
      const cut = [...text].slice(0, MAX_WHEN_CUT).join('');
      if (left <= 0) break;
      left -= cut.length;
      values.push(valueOf(cut));
    }
    return values;
  }
}
