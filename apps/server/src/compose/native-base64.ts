/** The packages are the same in browsers, and know nothing of Buffer. */
import type { NativeBase64 } from '@sower/bytes/base64';

export const NODE_BASE64: NativeBase64 = {
  encode: ({ buffer, byteOffset, length }) => Buffer.from(buffer, byteOffset, length).toString('base64'),
  decode(text) {
    const octets = Buffer.from(text, 'base64');
    return octets.toString('base64') === text ? new Uint8Array(octets) : undefined;
  },
};
