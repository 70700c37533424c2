import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { chooseProtocol, closedChannel, COMMAND_PROTOCOLS, decodeMessage, encodeMessage, portAnnouncement } from './channel-framing.ts';

const named = (name: string): (typeof COMMAND_PROTOCOLS)[number] => {
  const protocol = chooseProtocol([name], COMMAND_PROTOCOLS);
  assert.ok(protocol);
  return protocol;
};

test('the first protocol that both know is spoken', () => {
  assert.equal(chooseProtocol(['v9', 'v4.channel.k8s.io', 'v5.channel.k8s.io'], COMMAND_PROTOCOLS)?.name, 'v4.channel.k8s.io');
  assert.equal(chooseProtocol([], COMMAND_PROTOCOLS)?.name, '');
  assert.equal(chooseProtocol(['chat'], COMMAND_PROTOCOLS), undefined);
});

test('what is encoded is decoded, in every protocol', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...COMMAND_PROTOCOLS),
      fc.integer({ min: 0, max: 9 }),
      fc.uint8Array({ maxLength: 20_000 }),
      (protocol, channel, bytes) => {
        const message = encodeMessage(protocol, { channel, bytes });
        assert.equal(typeof message === 'string', protocol.base64);
        const back = decodeMessage(protocol, typeof message === 'string' ? new TextEncoder().encode(message) : message);
        assert.deepEqual(back, { channel, bytes });
      },
    ),
  );
});

test('messages are as upstream frames them', () => {
  const bytes = new TextEncoder().encode('hi');
  assert.deepEqual(encodeMessage(named('v4.channel.k8s.io'), { channel: 1, bytes }), Uint8Array.of(1, 104, 105));
  assert.equal(encodeMessage(named('base64.channel.k8s.io'), { channel: 1, bytes }), '1aGk=');
  assert.equal(decodeMessage(named('v4.channel.k8s.io'), new Uint8Array(0)), undefined);
  assert.equal(decodeMessage(named('base64.channel.k8s.io'), new TextEncoder().encode('0%%')), undefined);
  assert.deepEqual(portAnnouncement(8080), Uint8Array.of(0x90, 0x1f));
});

test('only v5 closes channels', () => {
  const closing = { channel: 255, bytes: Uint8Array.of(0) };
  assert.equal(closedChannel(named('v5.channel.k8s.io'), closing), 0);
  assert.equal(closedChannel(named('v4.channel.k8s.io'), closing), undefined);
});
