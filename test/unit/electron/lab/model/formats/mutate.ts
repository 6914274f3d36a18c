import { derivedSeed } from '#shared/random';

/** Numbers that readers trip over: ends of ranges, signs, and what looks like a huge size. */
const awkward = [0x00, 0x01, 0x7f, 0x80, 0xff];

/** A small generator of numbers (mulberry32), so that every mutation can be made again from its seed. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = derivedSeed(seed, 1);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/**
 * A damaged copy of a file: bits flipped, bytes overwritten, pieces cut out, doubled, moved or put to zero, the end cut
 * off. Text gets numbers, brackets and words put in the place of others as well.
 */
export function mutated(bytes: Uint8Array, seed: number): Uint8Array {
  const random = randomNumbers(seed);
  let copy: Uint8Array = Uint8Array.from(bytes);
  // Most of a model is weights, in which any byte is right: half of the damage is done to the first 4 KB.
  const place = () => (random(2) === 0 ? random(Math.min(copy.length, 4096)) : random(copy.length));
  const rounds = 1 + random(random(3) === 0 ? 8 : 2);
  for (let round = 0; round < rounds && copy.length > 0; round++) copy = damaged(copy, place, random);
  return copy;
}

function damaged(copy: Uint8Array, place: () => number, random: (below: number) => number): Uint8Array {
  const at = place();
  // What lies behind a byte too many or too few of a binary format is lost: most damage keeps the length.
  const keepsLength = copy[0] !== 0x7b && random(8) !== 0;
  switch (keepsLength ? [0, 1, 2, 6, 7][random(5)] : random(8)) {
    case 0:
      copy[at] = (copy[at] as number) ^ (1 << random(8));
      return copy;
    case 1:
      copy[at] = random(256);
      return copy;
    case 2:
      copy.fill(awkward[random(awkward.length)] as number, at, at + 1 + random(8));
      return copy;
    case 3:
      return random(4) === 0 ? copy.slice(0, at) : copy;
    case 4:
      return joined(copy.subarray(0, at), copy.subarray(at + 1 + random(64)));
    case 5: {
      const piece = copy.slice(at, at + 1 + random(64));
      return joined(copy.subarray(0, at), joined(piece, copy.subarray(at)));
    }
    case 6:
      copy.copyWithin(place(), at, at + 1 + random(64));
      return copy;
    default:
      return replaced(copy, at, random);
  }
}

const words = [
  'null',
  '-1',
  '0',
  '1e999',
  '99999999999',
  '""',
  '[]',
  '{}',
  'true',
  '"../../x"',
  '"/etc/passwd"',
];

/** Puts a JSON value in the place of the next number or word of text. */
function replaced(copy: Uint8Array, at: number, random: (below: number) => number): Uint8Array {
  const text = new TextDecoder('latin1').decode(copy.subarray(at, at + 400));
  const found = /[:,[]\s*("[^"]*"|-?[0-9.]+|true|false|null)/.exec(text);
  if (found === null || found[1] === undefined) return copy;
  const from = at + found.index + found[0].length - found[1].length;
  const word = new TextEncoder().encode(words[random(words.length)]);
  // Of the same length where it fits, so that formats with offsets still find their way.
  if (word.length <= found[1].length && random(2) === 0) {
    copy.fill(0x20, from, from + found[1].length);
    copy.set(word, from);
    return copy;
  }
  return joined(copy.subarray(0, from), joined(word, copy.subarray(from + found[1].length)));
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}
