/** CRC-32C (RFC 3720, appendix B.4), reflected, by a table of one byte. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value;
});

/** The checksum of the parts one after the other, disguised as TensorFlow stores it (tensorflow/core/lib/hash/crc32c.h). */
export function maskedCrc32c(...parts: readonly Uint8Array[]): number {
  let crc = 0xffffffff;
  for (const part of parts) {
    for (let index = 0; index < part.length; index++) {
      crc = (table[(crc ^ (part[index] as number)) & 0xff] as number) ^ (crc >>> 8);
    }
  }
  const value = (crc ^ 0xffffffff) >>> 0;
  return (((value >>> 15) | (value << 17)) + 0xa282ead8) >>> 0;
}
