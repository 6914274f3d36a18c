/** Set-up cannot give an engine here. Not an error: the next best engine serves. The message is one sentence. */
export class Unavailable extends Error {
  /**
   * @param {string} reason
   * @param {string | null} remedy
   * @param {import('./cache.mjs').Failure['kind']} kind
   */
  constructor(reason, remedy, kind = 'failed attempt') {
    super(reason);
    this.name = 'Unavailable';
    this.remedy = remedy;
    this.kind = kind;
  }
}

/** What makes set-up try again at once what it would otherwise leave alone for an hour. */
export const tryAgain = 'npm run setup';
