import { defineStore } from 'pinia';
import { computed, reactive, shallowRef } from 'vue';
import { problemOf, type Problem } from '#shared/errors';
import { evidenceMethod, evidenceRequest, type Evidence, type EvidenceMethod } from '#shared/evidence';
import { useLabStore } from './lab';
import type { Edited } from './recipe-draft';
import { sentenceOf } from './recipe-fields';

/** What in the probe speaks for a class, by the method that was chosen, and how it is asked for. */
export const useEvidenceStore = defineStore('evidence', () => {
  const lab = useLabStore();

  const draft = reactive<{
    method: Edited<EvidenceMethod>;
    /** `null` for the class that the network takes the probe for. */
    class: number | null;
  }>({ method: { ...evidenceMethod.parse({ kind: 'grad-cam' }) }, class: null });
  const evidence = shallowRef<Evidence | null>(null);
  const asking = shallowRef(false);
  const problem = shallowRef<Problem | null>(null);
  /** Changes whenever another network is on the bench, to whom earlier answers do not belong. */
  let bench = 0;
  let waiting = false;

  /** The question as it is put now; another one is another object. */
  const checked = computed(() =>
    evidenceRequest.safeParse({ method: draft.method, class: draft.class ?? 'predicted' }),
  );
  /** By the method's fields. */
  const messages = computed<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(
      (checked.value.error?.issues ?? []).map((issue) => [
        String(issue.path[1] ?? issue.path[0]),
        sentenceOf(issue, 'recipe'),
      ]),
    ),
  );

  function chooseMethod(kind: EvidenceMethod['kind']): void {
    draft.method = { ...evidenceMethod.parse({ kind }) };
  }

  function clear(): void {
    bench++;
    evidence.value = null;
    problem.value = null;
    asking.value = false;
    draft.class = null;
    // The layer of another network.
    if ('layer' in draft.method) draft.method.layer = null;
  }

  /** Asks for evidence. While an answer is awaited, only the newest question waits. */
  async function ask(): Promise<void> {
    waiting = true;
    if (asking.value) return;
    const asked = bench;
    asking.value = true;
    while (waiting && asked === bench && lab.connected && checked.value.success) {
      waiting = false;
      try {
        const found = await lab.lab().evidence(checked.value.data);
        if (asked !== bench) return;
        evidence.value = found;
        problem.value = null;
      } catch (thrown) {
        if (asked === bench) problem.value = problemOf(thrown);
      }
    }
    if (asked === bench) asking.value = false;
  }

  return { draft, checked, evidence, asking, problem, messages, chooseMethod, clear, ask };
});
