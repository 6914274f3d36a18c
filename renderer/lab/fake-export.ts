/** Files of the fake lab: true names and recipes, with a sentence instead of what would be inside. */
import { Refusal } from '#shared/errors';
import type { ExportCall, ExportedFile } from '#shared/export';
import { cancelledInsight, type InsightProgress } from '#shared/insight';

const parts = 10;
const partMilliseconds = 15;
const noHash = '0'.repeat(64);

export class FakeExport {
  readonly #progressed: (progress: InsightProgress) => void;
  readonly #underWay = new Set<number>();

  constructor(progressed: (progress: InsightProgress) => void) {
    this.#progressed = progressed;
  }

  cancel(id: number): void {
    this.#underWay.delete(id);
  }

  /** @param name of the network */
  async exportFile(name: string, { id, request }: ExportCall): Promise<ExportedFile> {
    this.#underWay.add(id);
    for (let part = 1; part <= parts; part++) {
      await new Promise((resolve) => setTimeout(resolve, partMilliseconds));
      if (!this.#underWay.has(id)) throw new Refusal(cancelledInsight);
      this.#progressed({ id, label: `Exporting ${request.work.kind}`, fraction: part / parts });
    }
    this.#underWay.delete(id);
    return {
      name: `${name}-${request.work.kind}.${request.format}`,
      bytes: new TextEncoder().encode('There is no network in a lab that is none.'),
      recipe: {
        format: 'convscope-export',
        version: 1,
        convscope: '0.0.0',
        engine: { name: 'none', version: '0' },
        subject: { path: null, checkpoint: null, preprocessing: null, data: null },
        modelSha256: noHash,
        imageSha256: null,
        request,
        fileSha256: noHash,
      },
    };
  }
}
