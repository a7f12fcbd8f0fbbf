import { refuseText, spendCharacters, spendText } from './work.ts';

/**
 * Where a text of bytes keeps those that mean something in `str` and nothing in `bytes`: in Unicode's private use area they are no letters, have no case
 * and are no white space.
 */
const aside = 0xe000;

function isAside(byte: number): boolean {
  return byte >= 0x80 || (byte >= 0x1c && byte <= 0x1f);
}

/** Python's `bytes` as a text of one character each, on which the methods of `str` do what those of `bytes` do. */
export function textOfBytes(bytes: Uint8Array): string {
  refuseText(bytes.length);
  spendCharacters(bytes.length / 2);
  let result = '';
  for (const byte of bytes) result += String.fromCharCode(isAside(byte) ? aside + byte : byte);
  return result;
}

/** The bytes of such a text. */
export function bytesOfText(given: string): Uint8Array {
  refuseText(given.length);
  spendText(given.length);
  const bytes = new Uint8Array(given.length);
  for (let at = 0; at < given.length; at += 1) bytes[at] = given.charCodeAt(at) & 0xff;
  return bytes;
}
