import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { LabApi, LabDescription } from '#shared/api';
import type { LabConnection, LabConnectionState } from '../lab/connection';

/** The lab this window is connected to, and what it says of itself. */
export const useLabStore = defineStore('lab', () => {
  const state = shallowRef<LabConnectionState>({ kind: 'connecting' });
  const description = shallowRef<LabDescription | null>(null);
  const connected = computed(() => state.value.kind === 'connected' && description.value !== null);
  let connection: LabConnection | null = null;
  let api: LabApi | null = null;

  /** Takes the connection and the lab to call over it, which hold as long as the window. */
  function use(opened: LabConnection, lab: LabApi): void {
    connection = opened;
    api = lab;
  }

  function lab(): LabApi {
    if (api === null) throw new Error('The window has not been given a lab.');
    return api;
  }

  function restart(): void {
    connection?.restart();
  }

  return { state, description, connected, use, lab, restart };
});
