import { defineStore } from 'pinia';
import { computed, shallowRef } from 'vue';
import type { LabApi, LabDescription } from '#shared/api';
import type { LabCapabilities, LabConnection, LabConnectionState } from '../lab/connection';

/** The lab this window is connected to, and what it says of itself. */
export const useLabStore = defineStore('lab', () => {
  const state = shallowRef<LabConnectionState>({ kind: 'connecting' });
  const description = shallowRef<LabDescription | null>(null);
  const capabilities = shallowRef<LabCapabilities | null>(null);
  const connected = computed(() => state.value.kind === 'connected' && description.value !== null);
  let connection: LabConnection | null = null;
  let api: LabApi | null = null;

  /** Takes the connection and the lab to call over it, which hold as long as the window. */
  function use(opened: LabConnection, lab: LabApi): void {
    connection = opened;
    capabilities.value = opened.capabilities;
    api = lab;
  }

  function lab(): LabApi {
    if (api === null) throw new Error('The window has not been given a lab.');
    return api;
  }

  function restart(): void {
    connection?.restart();
  }

  /** Opens the system's dialog for a model, where the shell has one. */
  function chooseModel(what: 'file' | 'folder'): void {
    connection?.chooseModel(what);
  }

  return { state, description, capabilities, connected, use, lab, restart, chooseModel };
});
