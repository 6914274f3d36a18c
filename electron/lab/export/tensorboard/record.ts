import { maskedCrc32c } from './crc32c';

const headerBytes = 12;
const footerBytes = 4;

/**
 * Frames a message as a TFRecord file holds it, little-endian (tensorflow/core/lib/io/record_writer.h): uint64 length,
 * uint32 masked checksum of the length, the message, uint32 masked checksum of the message. Records simply follow one
 * another, and readers stop at one that is cut short.
 */
export function frameRecord(message: Uint8Array): Uint8Array {
  const record = new Uint8Array(headerBytes + message.length + footerBytes);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(message.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(message, headerBytes);
  view.setUint32(headerBytes + message.length, maskedCrc32c(message), true);
  return record;
}
