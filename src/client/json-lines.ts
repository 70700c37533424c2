// Cuts a stream of bytes into lines, wherever the chunks happen to break.

const NEWLINE = 0x0a;

/** Collects bytes until lines are whole. */
export class JsonLines {
  #pending: Uint8Array[] = [];

  /** The lines that `chunk` completes, without their newlines; empty lines are dropped. */
  push(chunk: Uint8Array): Uint8Array[] {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = this.#take(chunk.subarray(start, end));
      if (line.byteLength > 0) lines.push(line);
      start = end + 1;
    }
    if (start < chunk.byteLength) this.#pending.push(chunk.subarray(start));
    return lines;
  }

  #take(last: Uint8Array): Uint8Array {
    if (this.#pending.length === 0) return last;
    const parts = [...this.#pending, last];
    this.#pending = [];
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.byteLength;
    }
    return whole;
  }
}
