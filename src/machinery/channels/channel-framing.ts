// Several byte streams over the messages of one WebSocket, as Kubernetes frames them: the channel's number, then its bytes.
//
// C1. `v5` adds one thing: a message on channel 255 says which channel will carry no more.
// C2. The `base64` protocols carry the number as a digit and the bytes as base64, in text messages.

export const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** What was agreed on for one connection. */
export interface ChannelProtocol {
  /** The subprotocol's name; '' where none was asked for. */
  readonly name: string;
  readonly base64: boolean;
  /** Whether the error channel carries a Status (v4 on), or plain text. */
  readonly statusObjects: boolean;
  /** Whether channels can be half-closed. */
  readonly closes: boolean;
}

/** All protocols for commands, the preferred first. */
export const COMMAND_PROTOCOLS: readonly ChannelProtocol[] = [
  { name: 'v5.channel.k8s.io', base64: false, statusObjects: true, closes: true },
  { name: 'v4.channel.k8s.io', base64: false, statusObjects: true, closes: false },
  { name: 'v4.base64.channel.k8s.io', base64: true, statusObjects: true, closes: false },
  { name: 'channel.k8s.io', base64: false, statusObjects: false, closes: false },
  { name: 'base64.channel.k8s.io', base64: true, statusObjects: false, closes: false },
];

/** All protocols for ports: two channels for each, data and errors, each beginning with the port's number. */
export const PORT_PROTOCOLS: readonly ChannelProtocol[] = [
  { name: 'v4.channel.k8s.io', base64: false, statusObjects: false, closes: false },
  { name: 'v4.base64.channel.k8s.io', base64: true, statusObjects: false, closes: false },
];

/** SPDY within the messages of a WebSocket, for ports. */
export const TUNNEL_PROTOCOL = 'SPDY/3.1+portforward.k8s.io';

const UNNAMED: ChannelProtocol = { name: '', base64: false, statusObjects: false, closes: false };

/** The client's first choice that is known here; the oldest protocol for a client that names none; undefined when nothing fits. */
export function chooseProtocol(offered: readonly string[], known: readonly ChannelProtocol[]): ChannelProtocol | undefined {
  if (offered.length === 0) return UNNAMED;
  for (const name of offered) {
    const protocol = known.find((candidate) => candidate.name === name);
    if (protocol !== undefined) return protocol;
  }
  return undefined;
}

/** Bytes of a channel. */
export interface ChannelMessage {
  readonly channel: number;
  readonly bytes: Uint8Array;
}

const toBase64 = (bytes: Uint8Array): string => {
  let text = '';
  // In pieces, for the arguments of a call are limited.
  for (let at = 0; at < bytes.byteLength; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
};

const fromBase64 = (text: string): Uint8Array => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

/** A message as it is sent: bytes, or text for the base64 protocols. */
export function encodeMessage(protocol: ChannelProtocol, { channel, bytes }: ChannelMessage): Uint8Array | string {
  // C2
  if (protocol.base64) return `${channel}${toBase64(bytes)}`;
  const message = new Uint8Array(bytes.byteLength + 1);
  message[0] = channel;
  message.set(bytes, 1);
  return message;
}

/** A message as it came; undefined for one that means nothing. */
export function decodeMessage(protocol: ChannelProtocol, message: Uint8Array): ChannelMessage | undefined {
  const [first] = message;
  if (first === undefined) return undefined;
  if (!protocol.base64) return { channel: first, bytes: message.subarray(1) };
  const text = String.fromCharCode(first);
  if (!/[0-9]/.test(text)) return undefined;
  try {
    return { channel: Number(text), bytes: fromBase64(new TextDecoder().decode(message.subarray(1))) };
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

/** C1: which channel the peer has closed; undefined for ordinary messages. */
export function closedChannel(protocol: ChannelProtocol, { channel, bytes }: ChannelMessage): number | undefined {
  return protocol.closes && channel === CHANNEL.close ? bytes[0] : undefined;
}

/** The first message of both channels of a port: its number, the low byte first. */
export const portAnnouncement = (port: number): Uint8Array => Uint8Array.of(port & 0xff, port >> 8);
