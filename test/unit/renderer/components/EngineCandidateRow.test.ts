import { mount } from '@vue/test-utils';
import type * as VueUse from '@vueuse/core';
import { describe, expect, it, vi } from 'vitest';
import EngineCandidateRow from '../../../../renderer/components/EngineCandidateRow.vue';

const clipboard = vi.hoisted(() => ({ copy: vi.fn() }));
vi.mock('@vueuse/core', async (original) => ({
  ...(await original<typeof VueUse>()),
  useClipboard: () => ({ copy: clipboard.copy, copied: false, isSupported: true }),
}));

function rowWith(remedy: string) {
  const candidate = { title: 'TensorFlow on CPU', status: 'unavailable', reason: 'No.', remedy } as const;
  return mount(EngineCandidateRow, { props: { candidate } });
}

describe('a remedy', () => {
  it.each([
    ['sudo apt-get install g++', 'sudo apt-get install g++', ''],
    [
      'Update the NVIDIA driver, and then: npm run setup',
      'npm run setup',
      'Update the NVIDIA driver, and then:',
    ],
  ])('%s is copied as the command that it holds', async (remedy, command, words) => {
    const row = rowWith(remedy);
    expect(row.get('code').text()).toBe(command);
    if (words !== '') expect(row.text()).toContain(words);
    await row.get('button').trigger('click');
    expect(clipboard.copy).toHaveBeenLastCalledWith(command);
  });

  it('that is a sentence is only read', () => {
    const row = rowWith('Install Python 3 with pip.');
    expect(row.text()).toContain('Install Python 3 with pip.');
    expect(row.find('code').exists()).toBe(false);
    expect(row.find('button').exists()).toBe(false);
  });
});
