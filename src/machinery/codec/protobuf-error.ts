// The one error of the protobuf codec: bytes that are not a message of the expected type.

export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}
