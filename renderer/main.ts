import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/views.css';
import { createPinia } from 'pinia';
import { createApp } from 'vue';
import App from './App.vue';
import type { LabConnection } from './lab/connection';
import { openConnection } from './lab/open-connection';
import { openLab } from './stores/open-lab';
import { useProblemStore } from './stores/problem';

const app = createApp(App).use(createPinia());
const problems = useProblemStore();

app.config.errorHandler = (error) => {
  problems.report('Drawing the window', error);
};
window.addEventListener('unhandledrejection', ({ reason }) => {
  problems.report('A piece of work', reason);
});

openLab(await connection());
app.mount('#app');

/** The shell's connection; in development, `?fake` is a lab without an engine. Not part of what is built. */
async function connection(): Promise<LabConnection> {
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) {
    const { FakeConnection } = await import('./lab/fake-connection');
    const fake = new FakeConnection();
    // To lose the lab by hand, in the console: fakeConnection.lose('The lab ran out of memory.')
    Object.assign(window, { fakeConnection: fake });
    setTimeout(() => {
      fake.open();
    }, 300);
    return fake;
  }
  return openConnection();
}
