import { describe, expect, it } from 'vitest';
import { crc32c, maskedCrc32c } from '../../../../../electron/lab/export/tensorboard/crc32c';

const counting = Uint8Array.from({ length: 32 }, (_, index) => index);
/** The iSCSI read command of RFC 3720, appendix B.4. */
const readCommand =
  '01c0000000000000000000000000000014000000000004000000001400000018' + '28000000000000000200000000000000';

describe('CRC32C', () => {
  // RFC 3720, appendix B.4, prints the bytes of each checksum in the order in which they are sent.
  it.each([
    ['32 bytes of zeros', new Uint8Array(32), 'aa36918a'],
    ['32 bytes of ones', new Uint8Array(32).fill(0xff), '43aba862'],
    ['32 bytes counting up', counting, '4e79dd46'],
    ['32 bytes counting down', counting.toReversed(), '5cdb3f11'],
    ['an iSCSI read command', Buffer.from(readCommand, 'hex'), '563a96d9'],
  ])('of %s is that of RFC 3720', (_, bytes, sent) => {
    expect(crc32c(bytes)).toBe(Buffer.from(sent, 'hex').readUInt32LE());
  });

  it('of the digits 1 to 9 is the check value of the catalogues', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });

  it('masked is its bits turned by 15 plus a constant', () => {
    const crc = 0xe3069283;
    const turned = Number((BigInt(crc) << 17n) & 0xffffffffn) + (crc >>> 15);
    expect(maskedCrc32c(Buffer.from('123456789'))).toBe((turned + 0xa282ead8) % 2 ** 32);
  });
});
