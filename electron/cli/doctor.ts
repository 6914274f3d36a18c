import type { EngineReport } from '#shared/engine';
import { startEngine } from '../lab/engine/backend';
import type { WantedEngine } from './arguments';
import { print } from './terminal';

/** Says which engine runs on which device and, for each better one, why it does not and what mends it. */
export async function doctor(wanted: WantedEngine, json: boolean): Promise<void> {
  const report = await startEngine(wanted);
  print(json ? JSON.stringify({ type: 'doctor', ...report }) : reportText(report));
}

function reportText({ title, version, device, notes, candidates }: EngineReport): string {
  const lines = [
    `Convscope computes with ${title} ${version} on ${device}.`,
    ...notes.map((note) => `  ${note}`),
  ];
  for (const candidate of candidates) {
    lines.push('', `${candidate.title}: ${candidate.status}`);
    if (candidate.reason !== null) lines.push(`  ${candidate.reason}`);
    if (candidate.remedy !== null) lines.push(`  To mend it: ${candidate.remedy}`);
  }
  return lines.join('\n');
}
