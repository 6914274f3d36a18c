import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Refusal } from '#shared/errors';

const tokenBytes = 24;
const wellFormed = /^[\w-]{16,128}$/;

export function newToken(): string {
  return randomBytes(tokenBytes).toString('base64url');
}

/** Throws a `Refusal` on a token that could be guessed, or that an address or a header cannot hold. */
export function checkToken(token: string): string {
  if (!wellFormed.test(token)) {
    throw new Refusal(
      'The token must have 16 to 128 letters, digits, - or _; leave it out to have one made at random.',
    );
  }
  return token;
}

/** Compares in a time that does not tell how much was right. */
export function sameToken(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
