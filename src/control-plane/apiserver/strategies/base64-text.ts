// Text as base64 of its UTF-8 bytes, which is how objects carry bytes.

import { Buffer } from 'node:buffer';

export const encodeText = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
