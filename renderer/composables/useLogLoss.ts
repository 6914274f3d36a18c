import { useStorage, type RemovableRef } from '@vueuse/core';

/** Whether losses are drawn on a logarithmic axis, wherever they are drawn. */
export function useLogLoss(): RemovableRef<boolean> {
  return useStorage('convscope.log-loss', false);
}
