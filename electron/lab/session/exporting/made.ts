import type { ExportWork } from '#shared/export';
import type { Exhibit } from '../../export/exhibit';

/** What came of a request. */
export interface Made {
  readonly exhibit: Exhibit;
  /** The request with all that it left open filled in as it was used. */
  readonly work: ExportWork;
  /** Of the image that the network was shown; `null` for none. */
  readonly imageSha256: string | null;
}
