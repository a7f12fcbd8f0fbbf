/** The alphabet of Z85 (ZeroMQ RFC 32), which the protocol's deletion vectors are written in. */
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';
const values = new Map([...alphabet].map((char, value) => [char, value]));

/** Four bytes for each five characters. Throws RangeError for a text that is no Z85. */
export function decodeBase85(text: string): Uint8Array {
  if (text.length % 5 !== 0) throw new RangeError(`its length is ${text.length}, which five does not divide`);
  const bytes = new Uint8Array((text.length / 5) * 4);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at += 5) {
    let block = 0;
    for (const char of text.slice(at, at + 5)) {
      const value = values.get(char);
      if (value === undefined) throw new RangeError(`it holds "${char}"`);
      block = block * 85 + value;
    }
    if (block > 0xffff_ffff) throw new RangeError('it holds a number that is too large');
    view.setUint32((at / 5) * 4, block);
  }
  return bytes;
}

/** Five characters for each four bytes; zeros are added to what is no whole block. */
export function encodeBase85(bytes: Uint8Array): string {
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  let text = '';
  for (let at = 0; at < padded.length; at += 4) {
    let block = view.getUint32(at);
    let part = '';
    for (let index = 0; index < 5; index += 1) {
      part = `${alphabet[block % 85]}${part}`;
      block = Math.floor(block / 85);
    }
    text += part;
  }
  return text;
}
